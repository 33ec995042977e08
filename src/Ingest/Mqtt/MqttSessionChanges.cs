namespace Millwright.Ingest.Mqtt;

/// <summary>What changed since the last save.</summary>
public sealed record MqttSessionChanges
{
    /// <summary>Client ids whose session is over. Applied before <see cref="Sessions"/>.</summary>
    public IReadOnlyList<string> Ended { get; init; } = [];

    /// <summary>Each replaces what is kept for its client id.</summary>
    public IReadOnlyList<MqttStoredSession> Sessions { get; init; } = [];

    /// <summary>Each replaces the retained message of its topic, in this order; an empty payload removes it.</summary>
    public IReadOnlyList<MqttMessage> Retained { get; init; } = [];

    /// <summary>The log that <see cref="Position"/> is of; empty without a journal.</summary>
    public string LogId { get; init; } = "";

    /// <summary>Journal events before this position are in what was saved with it or before.</summary>
    public long Position { get; init; }
}
