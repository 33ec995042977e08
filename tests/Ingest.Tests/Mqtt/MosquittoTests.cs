using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Other people's clients at our endpoint, and our client at other people's broker; over TCP and under the real clock.</summary>
public sealed class MosquittoTests : IAsyncLifetime
{
    private readonly RecordingInlet inlet = new();
    private MqttServer server = null!;

    public Task InitializeAsync()
    {
        server = Serve(inlet);
        return server.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 0)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public async Task MosquittoPub_ReachesTheInlet(string version, int qos)
    {
        await Mosquitto.PublishAsync(server.LocalEndPoint!.Port, version, qos, "telemetry/acme.lyon/press-04", "{\"v\":1}");

        Assert.Equal("telemetry/acme.lyon/press-04={\"v\":1}", await inlet.NextAsync());
    }

    [Theory]
    [InlineData("mqttv311", 0)]
    [InlineData("mqttv311", 2)]
    [InlineData("mqttv5", 1)]
    [InlineData("mqttv5", 2)]
    public async Task MosquittoSub_GetsRetainedTwins(string version, int qos)
    {
        await server.PublishAsync("millwright/twins/acme.lyon:press-04", "42"u8.ToArray(), 2, retain: true);

        string got = await Mosquitto.ReceiveOneAsync(server.LocalEndPoint!.Port, version, qos, "millwright/twins/+");

        Assert.Equal("millwright/twins/acme.lyon:press-04 42", got);
    }

    [Theory]
    [InlineData("mqttv311", 1)]
    [InlineData("mqttv50", 2)]
    public async Task MosquittoBridge_ReachesTheInlet(string version, int qos)
    {
        await using Mosquitto broker = await Mosquitto.StartAsync(
            $"connection up\naddress 127.0.0.1:{server.LocalEndPoint!.Port}\ntopic telemetry/# out {qos}\n"
            + $"bridge_protocol_version {version}\nnotifications false\nrestart_timeout 1\ncleansession false");

        await Mosquitto.PublishAsync(broker.Port, "mqttv311", 2, "telemetry/a/b", "bridged");

        Assert.Equal("telemetry/a/b=bridged", await inlet.NextAsync());
    }

    [Theory]
    [InlineData(MqttVersion.V311, 1, null)]
    [InlineData(MqttVersion.V5, 2, null)]
    [InlineData(MqttVersion.V5, 1, "silos")]
    public async Task BrokerSource_TakesMessages_AndComesBackAfterTheBroker(MqttVersion version, byte qos, string? group)
    {
        var broker = await Mosquitto.StartAsync();
        using var source = Source(broker.Port, version, qos, group);
        using var changed = new SemaphoreSlim(0);
        source.ConnectionChanged += _ => changed.Release();
        await source.StartAsync(CancellationToken.None);
        Assert.True(await changed.WaitAsync(RawClient.Bound));
        await Mosquitto.PublishAsync(broker.Port, "mqttv5", qos, "telemetry/a", "1");
        Assert.Equal("telemetry/a=1", await inlet.NextAsync());

        await broker.DisposeAsync();
        Assert.True(await changed.WaitAsync(RawClient.Bound));
        await using Mosquitto again = await Mosquitto.StartAsync(port: broker.Port);
        Assert.True(await changed.WaitAsync(RawClient.Bound));
        await Mosquitto.PublishAsync(broker.Port, "mqttv311", qos, "telemetry/a", "2");

        Assert.Equal("telemetry/a=2", await inlet.NextAsync());
        await source.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task BrokerSource_IsGivenTheMessageAgain_WhenItDiedBeforeTheCommit()
    {
        await using Mosquitto broker = await Mosquitto.StartAsync();
        inlet.HoldCommits();
        var options = new MqttClientOptions
        {
            Host = "127.0.0.1", Port = broker.Port, ClientId = "silo-1", CleanStart = false, SessionExpiry = TimeSpan.FromHours(1),
        };
        await using (var client = new MqttClient(options, inlet))
        {
            await client.ConnectAsync();
            await client.SubscribeAsync(new MqttSubscription("telemetry/#"));
            await Mosquitto.PublishAsync(broker.Port, "mqttv5", 1, "telemetry/a", "1");
            Assert.Equal("telemetry/a=1", await inlet.NextAsync());
        }

        inlet.Commit(long.MaxValue);
        await using var second = new MqttClient(options, inlet);
        MqttConnectResult result = await second.ConnectAsync();

        Assert.True(result.SessionPresent);
        Assert.Equal("telemetry/a=1", await inlet.NextAsync());
        await second.DisconnectAsync();
    }

    private static MqttServer Serve(IMqttInlet inlet)
        => new(new MqttServerOptions { Address = "127.0.0.1", Port = 0 }, inlet, new MqttServices());

    private MqttBrokerSource Source(int port, MqttVersion version, byte qos, string? group) => new(
        new MqttBrokerSourceOptions
        {
            Address = new Uri($"mqtt://127.0.0.1:{port}"),
            Version = version,
            Qos = qos,
            ShareGroup = group,
            ClientId = "silo-1",
            MinPause = TimeSpan.FromMilliseconds(20),
            MaxPause = TimeSpan.FromMilliseconds(100),
        },
        inlet,
        TimeProvider.System,
        NullLogger<MqttBrokerSource>.Instance);
}
