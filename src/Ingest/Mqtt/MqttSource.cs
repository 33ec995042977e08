namespace Millwright.Ingest.Mqtt;

/// <summary>Who publishes: one connection of a client to our server, or our own connection to another broker.</summary>
public sealed class MqttSource(int connectionId, string clientId, string? userName, MqttVersion version, string remote)
{
    /// <summary>Unique while the process lives.</summary>
    public int ConnectionId { get; } = connectionId;

    public string ClientId { get; } = clientId;

    public string? UserName { get; } = userName;

    public MqttVersion Version { get; } = version;

    /// <summary>It is our own connection to another broker.</summary>
    public bool IsBroker { get; init; }

    /// <summary>The address of the other end, for logs.</summary>
    public string Remote { get; } = remote;

    /// <summary>The inlet's own per-connection state. The server never touches it; it is used on the read loop only.</summary>
    public object? Tag { get; set; }
}
