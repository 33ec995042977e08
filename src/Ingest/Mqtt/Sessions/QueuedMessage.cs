namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>A message on its way to one session.</summary>
internal readonly record struct QueuedMessage(MqttMessage Message, byte Qos, bool Retain, uint[] Identifiers)
{
    /// <summary>Orders messages across the queues of a session.</summary>
    public long Sequence { get; init; }
}
