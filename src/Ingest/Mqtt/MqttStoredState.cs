namespace Millwright.Ingest.Mqtt;

public sealed record MqttStoredState(IReadOnlyList<MqttStoredSession> Sessions, IReadOnlyList<MqttMessage> Retained)
{
    public static MqttStoredState Empty { get; } = new([], []);

    /// <summary>As it was last saved; empty when nothing was.</summary>
    public string LogId { get; init; } = "";

    /// <summary>Where to read on in the journal.</summary>
    public long Position { get; init; }
}
