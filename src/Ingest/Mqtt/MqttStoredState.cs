namespace Millwright.Ingest.Mqtt;

public sealed record MqttStoredState(IReadOnlyList<MqttStoredSession> Sessions, IReadOnlyList<MqttMessage> Retained)
{
    public static MqttStoredState Empty { get; } = new([], []);
}
