namespace Orleans.Runtime;

/// <summary>What the runtime counts about itself.</summary>
internal sealed class SiloCounters
{
    private long activated;
    private long deactivated;

    public long ActivatedTotal => Volatile.Read(ref activated);

    public long DeactivatedTotal => Volatile.Read(ref deactivated);

    public void Activated() => Interlocked.Increment(ref activated);

    public void Deactivated() => Interlocked.Increment(ref deactivated);
}
