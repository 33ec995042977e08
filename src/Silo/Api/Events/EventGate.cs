namespace Millwright.Silo.Api.Events;

/// <summary>How many live subscriptions are served at once, and how they behave.</summary>
public sealed class EventGate
{
    /// <summary>Subscriptions at once; each holds a connection and one read position, no queue.</summary>
    public int MaxSubscribers { get; init; } = 256;

    /// <summary>Pause between two deliveries to one subscriber; what changes meanwhile is coalesced.</summary>
    public TimeSpan Conflation { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Proxies cut silent connections: a comment is sent at least this often. At most 15 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    private int subscribers;

    public int Subscribers => Volatile.Read(ref subscribers);

    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref subscribers) <= MaxSubscribers)
        {
            return true;
        }

        Interlocked.Decrement(ref subscribers);
        return false;
    }

    internal void Leave() => Interlocked.Decrement(ref subscribers);
}
