namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>What outlives a connection, and for how long.</summary>
public sealed class SessionTests
{
    // CONNECT property: session expiry of 10 s.
    private const string KeepTenSeconds = "110000000a";

    [Fact]
    public async Task Connect_AnswersWithLimits_WhenVersionIs5()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = endpoint.Open();

        byte[] answer = await client.ConnectAsync(5, "press", keepAlive: 120);

        // flags, success; receive maximum 8192, maximum packet size 1 MiB, 1024 aliases, server keep alive 60 s.
        Assert.Equal("201100000e" + "212000" + "2700100000" + "220400" + "13003c", Convert.ToHexStringLower(answer));
    }

    [Fact]
    public async Task Connect_AssignsDistinctIds_WhenClientHasNone()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient first = endpoint.Open();
        await using RawClient second = endpoint.Open();

        string one = Convert.ToHexStringLower(await first.ConnectAsync(5, ""));
        string two = Convert.ToHexStringLower(await second.ConnectAsync(5, ""));

        Assert.Contains("12", one);
        Assert.NotEqual(one, two);
        Assert.Equal(2, endpoint.Server.Statistics.Sessions);
    }

    [Fact]
    public async Task Session_IsPresent_UntilItsExpiry()
    {
        await using var endpoint = new MqttEndpoint();
        await (await endpoint.ConnectAsync(5, "press", properties: KeepTenSeconds)).DisposeAsync();

        endpoint.Time.Advance(TimeSpan.FromSeconds(9));
        RawClient again = endpoint.Open();
        Assert.Equal(1, (await again.ConnectAsync(5, "press", clean: false, KeepTenSeconds))[2]);
        await again.DisposeAsync();
        endpoint.Time.Advance(TimeSpan.FromSeconds(11));
        await using RawClient late = endpoint.Open();
        Assert.Equal(0, (await late.ConnectAsync(5, "press", clean: false, KeepTenSeconds))[2]);
    }

    [Fact]
    public async Task Session_EndsWithItsConnection_WhenNoExpiryWasAsked()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient client = await endpoint.ConnectAsync(5, "press");
        await client.ExchangeAsync(RawClient.Subscribe("#", 0, 1, ""));
        await client.DisposeAsync();

        Assert.Equal(0, endpoint.Server.Statistics.Sessions);
        Assert.Equal(0, endpoint.Server.Statistics.Subscriptions);
    }

    [Fact]
    public async Task Disconnect_ChangesExpiry_WhenItCarriesOne()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient client = await endpoint.ConnectAsync(5, "press", properties: KeepTenSeconds);

        await client.SendAsync("e0 07 00 05 11 00000000");
        Assert.Equal("closed", await client.ReadAsync());
        await client.DisposeAsync();

        Assert.Equal(0, endpoint.Server.Statistics.Sessions);
    }

    [Fact]
    public async Task Connect_TakesOver_WhenClientIdIsConnected()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient first = await endpoint.ConnectAsync(5, "press");

        await using RawClient second = await endpoint.ConnectAsync(5, "press");

        Assert.Equal("e0018e", await first.ReadAsync());
        Assert.Equal("closed", await first.ReadAsync());
        Assert.Equal("d000", await second.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task Messages_WaitForTheSubscriber_AndKeepTheirOrder()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient subscriber = await endpoint.ConnectAsync(4, "board", clean: false);
        Assert.Equal("9003000102", await subscriber.ExchangeAsync(RawClient.Subscribe("a/+", 2)));
        await subscriber.DisposeAsync();
        await using RawClient publisher = await endpoint.ConnectAsync(4, "press");
        await publisher.SendAsync(RawClient.Publish("a/0", "0", 0));
        await publisher.ExchangeAsync(RawClient.Publish("a/1", "1", 1, 1));
        await publisher.ExchangeAsync(RawClient.Publish("a/2", "2", 2, 2));

        await using RawClient back = endpoint.Open();
        Assert.Equal(1, (await back.ConnectAsync(4, "board", clean: false))[2]);

        // QoS 0 is not kept; the others come with their own QoS.
        Assert.Equal("32080003612f31000131", await back.ReadAsync());
        Assert.Equal("34080003612f32000232", await back.ReadAsync());
    }

    [Fact]
    public async Task Unanswered_IsRepeatedAsDuplicate_AndReleasedOnlyAsRelease()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient subscriber = await endpoint.ConnectAsync(4, "board", clean: false);
        await subscriber.ExchangeAsync(RawClient.Subscribe("a", 2));
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 1);
        await endpoint.Server.PublishAsync("a", "2"u8.ToArray(), 2);
        Assert.Equal("3206000161000131", await subscriber.ReadAsync());
        Assert.Equal("3406000161000232", await subscriber.ReadAsync());
        Assert.Equal("62020002", await subscriber.ExchangeAsync([0x50, 2, 0, 2]));
        await subscriber.DisposeAsync();

        await using RawClient back = await endpoint.ConnectAsync(4, "board", clean: false);
        Assert.Equal("3a06000161000131", await back.ReadAsync());
        Assert.Equal("62020002", await back.ReadAsync());
        await back.SendAsync("40020001 70020002");
        Assert.Equal("d000", await back.ExchangeAsync([0xC0, 0]));
        await back.DisposeAsync();

        await using RawClient third = await endpoint.ConnectAsync(4, "board", clean: false);
        Assert.Equal("d000", await third.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task Window_HoldsBackQos1_UntilTheClientAnswers()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient subscriber = await endpoint.ConnectAsync(5, "board", properties: "210001");
        await subscriber.ExchangeAsync(RawClient.Subscribe("a", 1, 1, ""));
        await endpoint.Server.PublishAsync("a", "1"u8.ToArray(), 1);
        await endpoint.Server.PublishAsync("a", "2"u8.ToArray(), 1);

        Assert.Equal("320700016100010031", await subscriber.ReadAsync());
        Assert.Equal("d000", await subscriber.ExchangeAsync([0xC0, 0]));
        Assert.Equal("320700016100020032", await subscriber.ExchangeAsync([0x40, 2, 0, 1]));
    }

    [Fact]
    public async Task Queue_RefusesTheNewest_WhenQos1IsAtItsBound()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxQueuedPerSession = 2);
        RawClient subscriber = await endpoint.ConnectAsync(4, "board", clean: false);
        await subscriber.ExchangeAsync(RawClient.Subscribe("a", 1));
        await subscriber.DisposeAsync();
        foreach (byte payload in "123"u8.ToArray())
        {
            await endpoint.Server.PublishAsync("a", new[] { payload }, 1);
        }

        await using RawClient back = await endpoint.ConnectAsync(4, "board", clean: false);

        Assert.Equal("3206000161000131", await back.ReadAsync());
        Assert.Equal("3206000161000232", await back.ReadAsync());
        Assert.Equal("d000", await back.ExchangeAsync([0xC0, 0]));
        Assert.Equal(1, endpoint.Server.Statistics.MessagesDropped);
    }

    [Fact]
    public async Task Message_ArrivesWithItsRemainingTime_AndNotAfterIt()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient subscriber = await endpoint.ConnectAsync(5, "board", properties: "11ffffffff");
        await subscriber.ExchangeAsync(RawClient.Subscribe("a", 1, 1, ""));
        await subscriber.DisposeAsync();
        await using RawClient publisher = await endpoint.ConnectAsync(5, "press");
        await publisher.ExchangeAsync(RawClient.Publish("a", "1", 1, 1, "0200000002"));
        await publisher.ExchangeAsync(RawClient.Publish("a", "2", 1, 2, "020000000a"));

        endpoint.Time.Advance(TimeSpan.FromSeconds(3));
        await using RawClient back = await endpoint.ConnectAsync(5, "board", clean: false, "11ffffffff");

        Assert.Equal("320c00016100010502" + "0000000732", await back.ReadAsync());
        Assert.Equal(1, endpoint.Server.Statistics.MessagesDropped);
    }

    [Theory]
    [InlineData(5, "e0018d")]
    [InlineData(4, "closed")]
    public async Task SilentClient_IsCutOff_AfterOneAndAHalfIntervals(int version, string answer)
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(version, "press", keepAlive: 10);

        endpoint.Time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal("d000", await client.ExchangeAsync([0xC0, 0]));
        endpoint.Time.Advance(TimeSpan.FromSeconds(16));

        Assert.Equal(answer, await client.ReadAsync());
    }

    [Fact]
    public async Task Connection_IsClosed_WhenConnectDoesNotCome()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = endpoint.Open();

        endpoint.Time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("closed", await client.ReadAsync());
    }

    [Fact]
    public async Task Connect_IsRefused_WhenSessionsAreAtTheirBound()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxSessions = 1);
        await using RawClient first = await endpoint.ConnectAsync(5, "one");
        await using RawClient second = endpoint.Open();

        await second.SendAsync("100e 00044d515454 05 02 0000 00 0001 32");

        Assert.Equal("2003009700", await second.ReadAsync());
    }

    [Fact]
    public async Task Server_TellsItsClients_WhenItStops()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient client = await endpoint.ConnectAsync(5, "press");

        await endpoint.Server.StopAsync(CancellationToken.None);

        Assert.Equal("e0018b", await client.ReadAsync());
    }
}
