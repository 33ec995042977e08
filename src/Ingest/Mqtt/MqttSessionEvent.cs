namespace Millwright.Ingest.Mqtt;

/// <summary>One step in the life of a session, as the journal keeps it.</summary>
public sealed record MqttSessionEvent(MqttSessionEventKind Kind, string ClientId)
{
    /// <summary>The session is ours at another broker, not a client's at our endpoint.</summary>
    public bool IsAtBroker { get; init; }

    /// <summary>Of <see cref="MqttSessionEventKind.Received"/> and <see cref="MqttSessionEventKind.Released"/>.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Of <see cref="MqttSessionEventKind.Began"/>.</summary>
    public uint ExpirySeconds { get; init; }

    /// <summary>
    /// Of <see cref="MqttSessionEventKind.Subscribed"/>; of <see cref="MqttSessionEventKind.Unsubscribed"/> the filter alone counts.
    /// </summary>
    public MqttStoredSubscription? Subscription { get; init; }

    /// <summary>Set when it is read again: what <see cref="IMqttSessionJournal.Append"/> returned.</summary>
    public long Position { get; init; }
}
