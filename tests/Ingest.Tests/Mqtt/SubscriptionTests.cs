using System.Text;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Who gets a message, how often and in which form.</summary>
public sealed class SubscriptionTests
{
    [Theory]
    [InlineData(4, "test/nosubscribe", "9003000180")]
    [InlineData(4, "a/#/b", "9003000180")]
    [InlineData(4, "$share/g", "9003000180")]
    [InlineData(4, "fine", "9003000101")]
    [InlineData(5, "test/nosubscribe", "900400010080")]
    [InlineData(5, "a+", "90040001008f")]
    [InlineData(5, "$share//a", "90040001008f")]
    [InlineData(5, "$share/g+/a", "90040001008f")]
    [InlineData(5, "fine", "900400010001")]
    public async Task Subscribe_AnswersPerFilter(int version, string filter, string answer)
    {
        await using var endpoint = new MqttEndpoint(o => o.RefusedSubscriptions.Add("test/nosubscribe"));
        await using RawClient client = await endpoint.ConnectAsync(version, "board");

        Assert.Equal(answer, await client.ExchangeAsync(RawClient.Subscribe(filter, 1, 1, version == 5 ? "" : null)));
    }

    [Fact]
    public async Task Subscribe_IsRefused_WhenSessionHasTooMany()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxSubscriptionsPerSession = 1);
        await using RawClient client = await endpoint.ConnectAsync(5, "board");

        await client.ExchangeAsync(RawClient.Subscribe("a", 0, 1, ""));

        Assert.Equal("900400020097", await client.ExchangeAsync(RawClient.Subscribe("b", 0, 2, "")));
    }

    [Theory]
    [InlineData(4, "b00200" + "01")]
    [InlineData(5, "b00500010000" + "11")]
    public async Task Unsubscribe_EndsDelivery(int version, string answer)
    {
        string? properties = version == 5 ? "" : null;
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(version, "board");
        await client.ExchangeAsync(RawClient.Subscribe("a", 0, 1, properties));

        string unsubscribe = version == 5 ? "a209 0001 00 0001 61 0001 62" : "a208 0001 0001 61 0001 62";
        Assert.Equal(answer, await client.ExchangeAsync(Convert.FromHexString(unsubscribe.Replace(" ", "", StringComparison.Ordinal))));
        await endpoint.Server.PublishAsync("a", "x"u8.ToArray());

        Assert.Equal("d000", await client.ExchangeAsync([0xC0, 0]));
        Assert.Equal(0, endpoint.Server.Statistics.Subscriptions);
    }

    [Fact]
    public async Task OverlappingSubscriptions_GiveOneMessageWithAllIdentifiers()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "board");
        await client.ExchangeAsync(RawClient.Subscribe("a/b", 1, 1, "0b02"));
        await client.ExchangeAsync(RawClient.Subscribe("a/#", 2, 2, "0b03"));

        await endpoint.Server.PublishAsync("a/b", "x"u8.ToArray(), 2);

        string message = await client.ReadAsync();
        Assert.StartsWith("340d0003612f62000104", message, StringComparison.Ordinal);
        Assert.Contains("0b02", message, StringComparison.Ordinal);
        Assert.Contains("0b03", message, StringComparison.Ordinal);
        Assert.Equal("d000", await client.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task NoLocal_SuppressesTheEchoOnly()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "board");
        await client.ExchangeAsync(RawClient.Subscribe("a", 0x04, 1, ""));

        await client.SendAsync(RawClient.Publish("a", "own", 0, 0, ""));
        await endpoint.Inlet.NextAsync();
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray());

        Assert.Equal("30050001610031", await client.ReadAsync());
    }

    [Theory]
    [InlineData(0x00, "30")]
    [InlineData(0x08, "31")]
    public async Task RetainFlag_IsKept_OnlyWhenAskedFor(int options, string header)
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "board");
        await client.ExchangeAsync(RawClient.Subscribe("a", options, 1, ""));

        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 0, retain: true);

        Assert.Equal(header + "050001610031", await client.ReadAsync());
    }

    [Fact]
    public async Task Properties_PassThrough_ToVersion5Only()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient modern = await endpoint.ConnectAsync(5, "five");
        await using RawClient old = await endpoint.ConnectAsync(4, "four");
        await modern.ExchangeAsync(RawClient.Subscribe("a", 0, 1, ""));
        await old.ExchangeAsync(RawClient.Subscribe("a", 0));
        await using RawClient publisher = await endpoint.ConnectAsync(5, "press");

        // payload format, content type "j", response topic "r", correlation "c", user property k=v, and an alias that stays here.
        string passed = "0101" + "0300016a" + "0800" + "0172" + "09000163" + "2600016b000176";
        await publisher.SendAsync(RawClient.Publish("a", "x", 0, 0, "230001" + passed));

        Assert.Equal("301a00016115" + passed + "78", await modern.ReadAsync());
        Assert.Equal("300400016178", await old.ReadAsync());
    }

    [Fact]
    public async Task Retained_IsSentAfterTheAnswer_AsRetainHandlingSays()
    {
        await using var endpoint = new MqttEndpoint();
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 1, retain: true);
        await using RawClient client = await endpoint.ConnectAsync(5, "board");

        Assert.Equal("900400010000", await client.ExchangeAsync(RawClient.Subscribe("+", 0x10, 1, "")));
        Assert.Equal("31050001610031", await client.ReadAsync());
        Assert.Equal("900400020000", await client.ExchangeAsync(RawClient.Subscribe("+", 0x10, 2, "")));
        Assert.Equal("900400030000", await client.ExchangeAsync(RawClient.Subscribe("+", 0x20, 3, "")));
        Assert.Equal("900400040000", await client.ExchangeAsync(RawClient.Subscribe("+", 0x00, 4, "")));
        Assert.Equal("31050001610031", await client.ReadAsync());
        Assert.Equal("d000", await client.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task Retained_GoesAwayByEmptyPayloadExpiryAndBound()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxRetainedMessages = 2);
        DateTimeOffset soon = endpoint.Time.GetUtcNow() + TimeSpan.FromSeconds(5);
        endpoint.Server.Publish(new MqttMessage("a", "1"u8.ToArray(), 0, retain: true) { ExpiresAt = soon });
        await endpoint.Server.PublishAsync("b", "2"u8.ToArray(), 0, retain: true);
        await endpoint.Server.PublishAsync("c", "3"u8.ToArray(), 0, retain: true);
        Assert.Equal(2, endpoint.Server.Statistics.RetainedMessages);
        Assert.Equal(1, endpoint.Server.Statistics.MessagesDropped);

        await endpoint.Server.PublishAsync("b", default, 0, retain: true);
        endpoint.Time.Advance(TimeSpan.FromSeconds(6));
        await using RawClient client = await endpoint.ConnectAsync(4, "board");
        await client.ExchangeAsync(RawClient.Subscribe("#", 0));

        Assert.Equal("d000", await client.ExchangeAsync([0xC0, 0]));
        Assert.Equal(0, endpoint.Server.Statistics.RetainedMessages);
        Assert.Equal(0, endpoint.Server.Statistics.RetainedBytes);
    }

    [Fact]
    public async Task Retained_ArrivesCompletely_WhenThereIsMoreThanAQueueHolds()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxQueuedPerSession = 10);
        for (int i = 0; i < 500; i++)
        {
            await endpoint.Server.PublishAsync($"t/{i}", "1"u8.ToArray(), 0, retain: true);
        }

        await using RawClient client = await endpoint.ConnectAsync(4, "board");
        await client.ExchangeAsync(RawClient.Subscribe("t/+", 0));
        var topics = new HashSet<string>();
        for (int i = 0; i < 500; i++)
        {
            topics.Add(Encoding.UTF8.GetString((await client.ReadBytesAsync())![4..^1]));
        }

        Assert.Equal(500, topics.Count);
    }

    [Fact]
    public async Task SharedSubscription_DividesMessages_AndSkipsTheAbsent()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient first = await endpoint.ConnectAsync(4, "one", clean: false);
        RawClient second = await endpoint.ConnectAsync(4, "two", clean: false);
        await first.ExchangeAsync(RawClient.Subscribe("$share/g/a", 1));
        await second.ExchangeAsync(RawClient.Subscribe("$share/g/a", 1));

        await endpoint.Server.PublishAsync("a", "1"u8.ToArray());
        await endpoint.Server.PublishAsync("a", "2"u8.ToArray());
        string[] got = [await first.ReadAsync(), await second.ReadAsync()];
        Assert.Equal(["300400016131", "300400016132"], got.Order());

        await second.DisposeAsync();
        await endpoint.Server.PublishAsync("a", "3"u8.ToArray());
        await endpoint.Server.PublishAsync("a", "4"u8.ToArray());
        Assert.Equal(["300400016133", "300400016134"], [await first.ReadAsync(), await first.ReadAsync()]);
    }

    [Fact]
    public async Task Message_IsDropped_WhenItIsLargerThanTheClientAccepts()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "board", properties: "2700000010");
        await client.ExchangeAsync(RawClient.Subscribe("a", 1, 1, ""));

        await endpoint.Server.PublishAsync("a", new byte[64], 1);
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 1);

        Assert.Equal("320700016100020031", await client.ReadAsync());
        Assert.Equal(1, endpoint.Server.Statistics.MessagesDropped);
    }

    [Fact]
    public async Task Alias_IsUsedTowardsTheClient_WhenItAllowsOne()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "board", properties: "220001");
        await client.ExchangeAsync(RawClient.Subscribe("+", 0, 1, ""));

        await endpoint.Server.PublishAsync("a", "1"u8.ToArray());
        await endpoint.Server.PublishAsync("a", "2"u8.ToArray());
        await endpoint.Server.PublishAsync("b", "3"u8.ToArray());

        Assert.Equal("30080001610323000131", await client.ReadAsync());
        Assert.Equal("300700000323000132", await client.ReadAsync());
        Assert.Equal("30050001620033", await client.ReadAsync());
    }

    [Fact]
    public async Task Bridge_GetsNoEchoAndKeepsRetainFlags()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient bridge = endpoint.Open();
        await bridge.ConnectAsync(0x84, "bridge");
        await bridge.ExchangeAsync(RawClient.Subscribe("#", 0));

        await bridge.SendAsync(RawClient.Publish("a", "own", 0));
        await endpoint.Inlet.NextAsync();
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 0, retain: true);

        Assert.Equal("310400016131", await bridge.ReadAsync());
    }
}
