namespace Millwright.Silo.Announcing;

/// <summary>How one receiver fares; written by its follower, read by health and metrics.</summary>
public sealed class ReceiverStatus(string receiver)
{
    private readonly Lock gate = new();
    private long position;
    private long waiting;
    private DateTimeOffset? awaySince;
    private string fault = "";

    public string Receiver => receiver;

    /// <summary>Ordinal of the last alert it has.</summary>
    public long Position => Interlocked.Read(ref position);

    /// <summary>Alerts it still waits for, as last counted.</summary>
    public long Waiting => Interlocked.Read(ref waiting);

    /// <summary>Since when it fails, and how; null while it takes what it is given.</summary>
    public (DateTimeOffset Since, string Fault)? Away
    {
        get
        {
            lock (gate)
            {
                return awaySince is { } since ? (since, fault) : null;
            }
        }
    }

    public void Moved(long ordinal, long behind)
    {
        Interlocked.Exchange(ref position, ordinal);
        Interlocked.Exchange(ref waiting, behind);
        lock (gate)
        {
            awaySince = null;
        }
    }

    public void Failed(string reason, DateTimeOffset now, long behind)
    {
        Interlocked.Exchange(ref waiting, behind);
        lock (gate)
        {
            awaySince ??= now;
            fault = reason;
        }
    }
}
