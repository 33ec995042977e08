namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>The members of one shared subscription; each message goes to one of them, in turn.</summary>
internal sealed class SharedGroup
{
    private Delivery[] members = [];
    private int turn;

    public bool IsEmpty => members.Length == 0;

    public Delivery? Next()
    {
        Delivery[] current = members;
        if (current.Length == 0)
        {
            return null;
        }

        uint start = unchecked((uint)Interlocked.Increment(ref turn));
        for (int i = 0; i < current.Length; i++)
        {
            Delivery candidate = current[(int)((start + (uint)i) % (uint)current.Length)];
            if (candidate.Session.IsConnected)
            {
                return candidate;
            }
        }

        // Nobody is there: it waits in one member's queue rather than being lost.
        return current[(int)(start % (uint)current.Length)];
    }

    /// <summary>Called under the trie's lock; readers see the old or the new array.</summary>
    public void Set(Subscription subscription)
        => members = [.. members.Where(m => m.Session != subscription.Session), Delivery.Of(subscription)];

    public bool Remove(Subscription subscription)
    {
        int before = members.Length;
        members = [.. members.Where(m => m.Session != subscription.Session)];
        return members.Length < before;
    }
}
