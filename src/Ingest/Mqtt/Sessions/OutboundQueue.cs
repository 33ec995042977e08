namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>
/// What waits for one session, bounded. At the bound QoS 0 loses its oldest message (a dashboard wants the newest value), QoS 1 and 2
/// refuse the newest (what was queued first is delivered first, without a gap in the middle). Both are counted by the caller.
/// </summary>
internal sealed class OutboundQueue(int maxMessages, long maxBytes)
{
    private readonly Queue<QueuedMessage> plain = new();
    private readonly Queue<QueuedMessage> assured = new();
    private long plainBytes;
    private long assuredBytes;
    private long sequence;

    public int Count => plain.Count + assured.Count;

    /// <summary>Returns how many messages were lost by this call.</summary>
    public int Add(QueuedMessage message)
    {
        message = message with { Sequence = sequence++ };
        int weight = message.Message.Weight;
        if (message.Qos > 0)
        {
            if (assured.Count >= maxMessages || assuredBytes + weight > maxBytes)
            {
                return 1;
            }

            assured.Enqueue(message);
            assuredBytes += weight;
            return 0;
        }

        int lost = 0;
        while (plain.Count > 0 && (plain.Count >= maxMessages || plainBytes + weight > maxBytes))
        {
            plainBytes -= plain.Dequeue().Message.Weight;
            lost++;
        }

        plain.Enqueue(message);
        plainBytes += weight;
        return lost;
    }

    /// <summary>The next in order; without room in the window QoS 0 overtakes.</summary>
    public bool TryTake(bool hasRoom, out QueuedMessage message)
    {
        bool mayAssured = hasRoom && assured.Count > 0;
        if (plain.TryPeek(out message) && !(mayAssured && assured.Peek().Sequence < message.Sequence))
        {
            plain.Dequeue();
            plainBytes -= message.Message.Weight;
            return true;
        }

        if (!mayAssured)
        {
            return false;
        }

        message = assured.Dequeue();
        assuredBytes -= message.Message.Weight;
        return true;
    }

    /// <summary>QoS 0 is not kept for a client that is away.</summary>
    public void DropPlain()
    {
        plain.Clear();
        plainBytes = 0;
    }

    public IReadOnlyCollection<QueuedMessage> Assured() => [.. assured];
}
