namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>
/// Retained messages that a new subscription still has to get. Kept apart from the bounded queue and taken first: a site may retain
/// more twins than a queue holds, and an older retained value must not overtake a newer live one.
/// </summary>
internal sealed class RetainedBacklog
{
    private readonly Queue<(MqttMessage[] Messages, byte Qos, uint[] Identifiers)> parts = new();
    private int next;

    public void Add(MqttMessage[] messages, byte qos, uint[] identifiers)
    {
        if (messages.Length > 0)
        {
            parts.Enqueue((messages, qos, identifiers));
        }
    }

    public void Clear()
    {
        parts.Clear();
        next = 0;
    }

    public bool TryPeek(out QueuedMessage message)
    {
        message = default;
        if (!parts.TryPeek(out (MqttMessage[] Messages, byte Qos, uint[] Identifiers) part))
        {
            return false;
        }

        MqttMessage retained = part.Messages[next];
        message = new QueuedMessage(retained, Math.Min(part.Qos, retained.Qos), true, part.Identifiers);
        return true;
    }

    public void Take()
    {
        next++;
        if (next == parts.Peek().Messages.Length)
        {
            parts.Dequeue();
            next = 0;
        }
    }
}
