using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>What a publisher is answered, and when.</summary>
public sealed class PublishTests
{
    [Theory]
    [InlineData(4, null)]
    [InlineData(5, "")]
    public async Task Publish_IsAnsweredByItsQos(int version, string? properties)
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(version, "press");

        await client.SendAsync(RawClient.Publish("a/b", "0", 0, 0, properties));
        Assert.Equal("40020007", await client.ExchangeAsync(RawClient.Publish("a/b", "1", 1, 7, properties)));
        Assert.Equal("50020008", await client.ExchangeAsync(RawClient.Publish("a/b", "2", 2, 8, properties)));
        Assert.Equal("70020008", await client.ExchangeAsync([0x62, 2, 0, 8]));

        Assert.Equal("a/b=0", await endpoint.Inlet.NextAsync());
        Assert.Equal("a/b=1", await endpoint.Inlet.NextAsync());
        Assert.Equal("a/b=2", await endpoint.Inlet.NextAsync());
    }

    [Fact]
    public async Task Publish_ReachesInletOnce_WhenQos2IsRepeatedAcrossConnections()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient first = await endpoint.ConnectAsync(4, "press", clean: false);
        Assert.Equal("50020001", await first.ExchangeAsync(RawClient.Publish("a", "x", 2, 1)));
        Assert.Equal("50020001", await first.ExchangeAsync(RawClient.Publish("a", "x", 2, 1, flags: 8)));
        await first.DisposeAsync();

        await using RawClient second = await endpoint.ConnectAsync(4, "press", clean: false);
        Assert.Equal("50020001", await second.ExchangeAsync(RawClient.Publish("a", "x", 2, 1, flags: 8)));
        Assert.Equal("70020001", await second.ExchangeAsync([0x62, 2, 0, 1]));
        Assert.Equal("50020001", await second.ExchangeAsync(RawClient.Publish("a", "y", 2, 1)));

        Assert.Equal("a=x", await endpoint.Inlet.NextAsync());
        Assert.Equal("a=y", await endpoint.Inlet.NextAsync());
        Assert.False(endpoint.Inlet.TryNext(out _));
    }

    [Fact]
    public async Task Publish_IsAcknowledgedInOrder_OnlyAfterItsCommit()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        await client.SendAsync([.. RawClient.Publish("a", "1", 1, 1, ""), .. RawClient.Publish("a", "2", 2, 2, "")]);
        await endpoint.Inlet.NextAsync();
        await endpoint.Inlet.NextAsync();
        await client.SendAsync(RawClient.Publish("a", "3", 1, 3, ""));
        await endpoint.Inlet.NextAsync();
        Task<string> answer = client.ReadAsync();
        Assert.False(answer.IsCompleted);
        endpoint.Inlet.Commit(2);

        Assert.Equal("40020001", await answer);
        Assert.Equal("50020002", await client.ReadAsync());
        Task<string> third = client.ReadAsync();
        Assert.False(third.IsCompleted);
        endpoint.Inlet.Commit(3);
        Assert.Equal("40020003", await third);
    }

    [Fact]
    public async Task RepeatedQos2_WaitsForTheFirstCommit()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        RawClient first = await endpoint.ConnectAsync(4, "press", clean: false);
        await first.SendAsync(RawClient.Publish("a", "x", 2, 1));
        await endpoint.Inlet.NextAsync();
        await first.DisposeAsync();

        await using RawClient second = await endpoint.ConnectAsync(4, "press", clean: false);
        await second.SendAsync(RawClient.Publish("a", "x", 2, 1, flags: 8));
        Task<string> answer = second.ReadAsync();
        Assert.False(answer.IsCompleted);
        endpoint.Inlet.Commit();

        Assert.Equal("50020001", await answer);
        Assert.Equal(1, endpoint.Inlet.Published);
    }

    [Theory]
    [InlineData(5, MqttReason.ImplementationSpecificError, "e00183")]
    [InlineData(5, MqttReason.QuotaExceeded, "e00197")]
    [InlineData(4, MqttReason.QuotaExceeded, "closed")]
    public async Task Publish_IsNotAcknowledgedAndTakenAgain_WhenCommitFails(int version, MqttReason reason, string answer)
    {
        string? properties = version == 5 ? "" : null;
        string keep = version == 5 ? "1100000100" : "";
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.Fail(new InletUnavailableException { Reason = reason });
        await using RawClient client = await endpoint.ConnectAsync(version, "press", clean: false, keep);

        Assert.Equal(answer, await client.ExchangeAsync(RawClient.Publish("a", "x", 2, 1, properties)));
        endpoint.Inlet.Fail(null);
        await using RawClient again = await endpoint.ConnectAsync(version, "press", clean: false, keep);
        Assert.Equal("50020001", await again.ExchangeAsync(RawClient.Publish("a", "x", 2, 1, properties, flags: 8)));

        Assert.Equal(2, endpoint.Inlet.Published);
    }

    [Fact]
    public async Task Connection_Ends_WhenTheInletBreaksItsContract()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.Fail(new InvalidTimeZoneException("a bug behind the inlet"));
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        Assert.Equal("e00180", await client.ExchangeAsync(RawClient.Publish("a", "x", 1, 1, "")));
        Assert.Equal("closed", await client.ReadAsync());
    }

    [Theory]
    [InlineData(5, MqttReason.PayloadFormatInvalid, "4003000199")]
    [InlineData(5, MqttReason.QuotaExceeded, "4003000197")]
    [InlineData(4, MqttReason.PayloadFormatInvalid, "40020001")]
    [InlineData(4, MqttReason.QuotaExceeded, "closed")]
    public async Task Publish_IsAnsweredInTheProtocolsOwnWay_WhenInletRefuses(int version, MqttReason reason, string answer)
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.Judge = _ => reason;
        await using RawClient listener = await endpoint.ConnectAsync(4, "listener");
        await listener.ExchangeAsync(RawClient.Subscribe("#", 0));
        await using RawClient client = await endpoint.ConnectAsync(version, "press");

        Assert.Equal(answer, await client.ExchangeAsync(RawClient.Publish("a", "x", 1, 1, version == 5 ? "" : null)));

        // A refused message goes no further: the next thing the listener gets is its own ping.
        Assert.Equal("d000", await listener.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task Publish_SaysThatNobodyListens_WhenNeitherInletNorSubscriberWantsIt()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.Judge = _ => MqttReason.NoMatchingSubscribers;
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        Assert.Equal("4003000110", await client.ExchangeAsync(RawClient.Publish("a", "x", 1, 1, "")));
        await client.ExchangeAsync(RawClient.Subscribe("b", 0, 1, ""));
        await client.SendAsync(RawClient.Publish("b", "x", 1, 2, ""));

        string[] both = [await client.ReadAsync(), await client.ReadAsync()];
        Assert.Contains("40020002", both);
    }

    [Fact]
    public async Task Publish_IsUnderstood_WhenItComesByteByByte()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "press");
        byte[] packet = RawClient.Publish("a/b", "payload", 1, 9, "26000161000132");

        foreach (byte one in packet)
        {
            await client.SendAsync([one]);
        }

        Assert.Equal("40020009", await client.ReadAsync());
        Assert.Equal("a/b=payload", await endpoint.Inlet.NextAsync());
    }

    [Fact]
    public async Task Publish_KeepsOrderAndContent_WhenManyPacketsSpanManyReads()
    {
        await using var endpoint = new MqttEndpoint(o => o.ReadBufferSize = 4096);
        await using RawClient client = await endpoint.ConnectAsync(4, "press");
        string padding = new('x', 90);
        byte[] burst = [.. Enumerable.Range(1, 1000).SelectMany(i => RawClient.Publish("a", $"{i} {padding}", 1, (ushort)i))];

        Task sending = client.SendAsync(burst);
        for (int i = 1; i <= 1000; i++)
        {
            Assert.Equal($"4002{i:x4}", await client.ReadAsync());
            Assert.Equal($"a={i} {padding}", await endpoint.Inlet.NextAsync());
        }

        await sending;
    }

    [Fact]
    public async Task Alias_StandsForItsTopic_UntilTheConnectionEnds()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        Assert.Equal("40020001", await client.ExchangeAsync(RawClient.Publish("a/b", "1", 1, 1, "230005")));
        Assert.Equal("40020002", await client.ExchangeAsync(RawClient.Publish("", "2", 1, 2, "230005")));
        Assert.Equal("40020003", await client.ExchangeAsync(RawClient.Publish("c", "3", 1, 3, "230005")));
        Assert.Equal("40020004", await client.ExchangeAsync(RawClient.Publish("", "4", 1, 4, "230005")));

        foreach (string expected in (string[])["a/b=1", "a/b=2", "c=3", "c=4"])
        {
            Assert.Equal(expected, await endpoint.Inlet.NextAsync());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connection_EndsWith93_WhenReceiveMaximumIsExceeded(int qos)
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxInFlight = 2);
        endpoint.Inlet.HoldCommits();
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        await client.SendAsync([.. Enumerable.Range(1, 3).SelectMany(i => RawClient.Publish("a", $"{i}", qos, (ushort)i, ""))]);

        Assert.Equal("e00193", await client.ReadAsync());
        Assert.Equal("closed", await client.ReadAsync());
        Assert.Equal(2, endpoint.Inlet.Published);
    }
}
