namespace Millwright.Ingest.Mqtt.Client;

/// <summary>An existing broker whose messages we take.</summary>
public sealed record MqttBrokerSourceOptions
{
    /// <summary>
    /// <c>mqtt://[user:password@]host[:port]</c>, or <c>mqtts</c>, <c>ws</c>, <c>wss</c>. Default port 1883 (8883 with TLS).
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>Topic filters. Default: all telemetry.</summary>
    public IReadOnlyList<string> Filters { get; init; } = ["telemetry/#"];

    /// <summary>When given, the subscriptions are shared (<c>$share/{group}/…</c>): several silos divide the messages among them.</summary>
    public string? ShareGroup { get; init; }

    /// <summary>0 to 2. Default 1.</summary>
    public byte Qos { get; init; } = 1;

    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>
    /// Names the session that the broker keeps for us; every silo needs its own. Empty: no session, messages sent while we are away are
    /// lost.
    /// </summary>
    public string ClientId { get; init; } = "";

    /// <summary>How long the broker keeps our session. Default 1 hour.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The first pause before reconnecting; doubles up to <see cref="MaxPause"/>, each time between half and all of it. Default 0.5 s.
    /// </summary>
    public TimeSpan MinPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Default 30 s.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Seeds the jitter of the pauses; give each silo its own, so that they do not come back all at once.</summary>
    public int Seed { get; init; } = 1;

    internal MqttClientOptions ToClientOptions()
    {
        string[] user = Address.UserInfo.Split(':', 2);
        bool secure = Address.Scheme is "mqtts" or "wss";
        bool webSocket = Address.Scheme is "ws" or "wss";
        return new MqttClientOptions
        {
            Host = Address.Host,
            Port = Address.Port > 0 ? Address.Port : secure ? 8883 : 1883,
            Tls = secure && !webSocket ? new System.Net.Security.SslClientAuthenticationOptions { TargetHost = Address.Host } : null,
            WebSocket = webSocket ? Address : null,
            Version = Version,
            ClientId = ClientId,
            CleanStart = ClientId.Length == 0,
            SessionExpiry = ClientId.Length == 0 ? TimeSpan.Zero : SessionExpiry,
            KeepAlive = KeepAlive,
            UserName = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
    }

    internal IReadOnlyList<MqttSubscription> ToSubscriptions()
        => [.. Filters.Select(f => new MqttSubscription(ShareGroup is null ? f : $"$share/{ShareGroup}/{f}", Qos)
        {
            // Once, and not at each reconnect: last week's retained value is no news.
            RetainHandling = 1,
        })];
}
