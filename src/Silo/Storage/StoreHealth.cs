namespace Millwright.Silo.Storage;

/// <summary>
/// What reads and the scrubber have found since the start. Once damaged, the store says so until it is restarted on a whole file.
/// </summary>
public sealed class StoreHealth
{
    /// <summary>Damages kept with their text; all are counted.</summary>
    private const int MaxKept = 100;

    private readonly Lock gate = new();
    private readonly List<StoreDamage> kept = [];
    private readonly HashSet<StoreDamage> known = [];
    private long found;
    private string? space;
    private string? unsynced;

    /// <summary>Distinct damages.</summary>
    public long Found => Interlocked.Read(ref found);

    /// <summary>Null while there is room; else what the operator should know.</summary>
    public string? Space => Volatile.Read(ref space);

    /// <summary>Null while commits can be made durable; else why not.</summary>
    public string? Unsynced
    {
        get => Volatile.Read(ref unsynced);
        internal set => Volatile.Write(ref unsynced, value);
    }

    /// <summary>At its bound.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Bytes in use at the last look; -1 before the first.</summary>
    public long UsedBytes { get; private set; } = -1;

    public IReadOnlyList<StoreDamage> Kept
    {
        get
        {
            lock (gate)
            {
                return [.. kept];
            }
        }
    }

    internal void Size(long used, StoreBound bound, bool isNear)
    {
        UsedBytes = used;
        IsFull = used >= bound.MaxBytes;
        Volatile.Write(
            ref space,
            isNear
                ? $"The database uses {used >> 20} of {bound.MaxBytes >> 20} MiB. Shorten Storage:Retention, or raise {bound.Option}."
                : null);
    }

    /// <summary>True for one that was not known.</summary>
    internal bool Report(StoreDamage damage)
    {
        lock (gate)
        {
            if (known.Count >= MaxKept || !known.Add(damage))
            {
                if (known.Count >= MaxKept)
                {
                    Interlocked.Increment(ref found);
                }

                return false;
            }

            kept.Add(damage);
            Interlocked.Increment(ref found);
            return true;
        }
    }
}
