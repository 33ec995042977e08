namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>When a client's last words are spoken.</summary>
public sealed class WillTests
{
    // CONNECT of version 5, client "g", will "w"="dead" at QoS 1: session expiry 60 s; will delay as given.
    private static string Connect(string delay, bool clean = false)
        => "1022 00044d515454 05 " + (clean ? "0e" : "0c") + " 0000 05 110000003c 0001 67 05 18" + delay + " 0001 77 0004 64656164";

    [Fact]
    public async Task Will_ReachesInletAndSubscribers_WhenTheConnectionBreaks()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient listener = await Listener(endpoint);
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000000")));

        await gateway.DisposeAsync();

        Assert.Equal("30070001" + "77" + "64656164", await listener.ReadAsync());
        Assert.Equal("will w=dead", await endpoint.Inlet.NextAsync());
    }

    [Theory]
    [InlineData("e000", false)]
    [InlineData("e00100", false)]
    [InlineData("e00104", true)]
    public async Task Will_DependsOnTheReason_WhenTheClientDisconnects(string disconnect, bool published)
    {
        await using var endpoint = new MqttEndpoint();
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000000")));

        await gateway.SendAsync(disconnect);
        Assert.Equal("closed", await gateway.ReadAsync());
        await gateway.DisposeAsync();

        Assert.Equal(published, endpoint.Inlet.TryNext(out _));
    }

    [Fact]
    public async Task Will_WaitsItsDelay()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000005")));
        await gateway.DisposeAsync();

        endpoint.Time.Advance(TimeSpan.FromSeconds(4.5));
        Assert.False(endpoint.Inlet.TryNext(out _));
        endpoint.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("will w=dead", await endpoint.Inlet.NextAsync());
    }

    [Fact]
    public async Task Will_IsForgotten_WhenTheClientComesBackInTime()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000005")));
        await gateway.DisposeAsync();

        await using RawClient back = await endpoint.ConnectAsync(5, "g", clean: false, "110000003c");
        endpoint.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.False(endpoint.Inlet.TryNext(out _));
    }

    [Fact]
    public async Task Will_IsSpokenAtOnce_WhenTheClientStartsANewSession()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000005")));
        await gateway.DisposeAsync();

        await using RawClient back = await endpoint.ConnectAsync(5, "g", clean: true);

        Assert.Equal("will w=dead", await endpoint.Inlet.NextAsync());
    }

    [Fact]
    public async Task Session_IsFreeAgain_WhenTheInletThrowsOverTheWill()
    {
        await using var endpoint = new MqttEndpoint();
        RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000000")));
        endpoint.Inlet.Fail(new InvalidTimeZoneException("a bug behind the inlet"));
        await gateway.DisposeAsync();

        await using RawClient back = await endpoint.ConnectAsync(5, "g", clean: false, "110000003c");

        Assert.Equal("d000", await back.ExchangeAsync([0xC0, 0]));
    }

    [Fact]
    public async Task Will_IsNotSpoken_WhenTheServerStops()
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient gateway = endpoint.Open();
        await gateway.ExchangeAsync(Hex(Connect("00000000")));

        await endpoint.Server.StopAsync(CancellationToken.None);

        Assert.False(endpoint.Inlet.TryNext(out _));
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static async Task<RawClient> Listener(MqttEndpoint endpoint)
    {
        RawClient listener = await endpoint.ConnectAsync(4, "listener");
        await listener.ExchangeAsync(RawClient.Subscribe("w", 0));
        return listener;
    }
}
