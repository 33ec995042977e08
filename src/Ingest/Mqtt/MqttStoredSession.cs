namespace Millwright.Ingest.Mqtt;

/// <summary>A session as it is stored.</summary>
public sealed record MqttStoredSession
{
    public required string ClientId { get; init; }

    public required uint ExpirySeconds { get; init; }

    /// <summary>Journal position of its beginning: events before it are of an earlier session. 0 when not known.</summary>
    public long BeganAt { get; init; }

    /// <summary>When it ends; null while its client is connected.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public IReadOnlyList<MqttStoredSubscription> Subscriptions { get; init; } = [];

    /// <summary>QoS 2 packet ids received, committed and not yet released.</summary>
    public IReadOnlyList<ushort> Received { get; init; } = [];

    /// <summary>QoS 1 and 2 messages on their way to the client, in order.</summary>
    public IReadOnlyList<MqttStoredDelivery> Deliveries { get; init; } = [];
}
