using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>A server under a clock that the test moves, reached through memory.</summary>
internal sealed class MqttEndpoint : IAsyncDisposable
{
    public MqttEndpoint(
        Action<MqttServerOptions>? configure = null, IMqttAuthenticator? authenticator = null, IMqttSessionStore? store = null)
    {
        var options = new MqttServerOptions { Address = "127.0.0.1", Port = 0 };
        configure?.Invoke(options);
        var services = new MqttServices { Time = Time, SessionStore = store };
        Server = new MqttServer(options, Inlet, authenticator is null ? services : services with { Authenticator = authenticator });
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordingInlet Inlet { get; } = new();

    public MqttServer Server { get; }

    public RawClient Open()
    {
        var pair = new DuplexPair();
        Task served = Server.AcceptAsync(pair.Server, "memory");
        return new RawClient(pair.Client) { Served = served };
    }

    public async Task<RawClient> ConnectAsync(
        int version, string clientId, bool clean = true, string properties = "", int keepAlive = 0)
    {
        RawClient client = Open();
        await client.ConnectAsync(version, clientId, clean, properties, keepAlive);
        return client;
    }

    public async Task<MqttClient> ConnectAsync(MqttClientOptions options, IMqttInlet? inlet = null)
    {
        var pair = new DuplexPair();
        _ = Server.AcceptAsync(pair.Server, "memory");
        var client = new MqttClient(options with { KeepAlive = TimeSpan.Zero }, inlet, Time);
        await client.ConnectAsync(pair.Client).WaitAsync(RawClient.Bound);
        return client;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
