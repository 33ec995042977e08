namespace Millwright.Cli.Drill.Canary;

/// <summary>What was sent and what was acknowledged: one bit per message, so an hour of 1,000 assets takes a few megabytes.</summary>
internal sealed class CanaryBook(int assets)
{
    private readonly List<ulong>[] acknowledged = [.. Enumerable.Range(0, assets).Select(_ => new List<ulong>())];
    private readonly int[] sent = new int[assets];
    private long messages;
    private long resent;

    /// <summary>Acknowledged messages.</summary>
    public long Acknowledged => Interlocked.Read(ref messages);

    /// <summary>Messages sent once more because no answer had come.</summary>
    public long Resent => Interlocked.Read(ref resent);

    /// <summary>Distinct messages of an asset that were sent: the indices below it.</summary>
    public int Sent(int asset) => Volatile.Read(ref sent[asset]);

    public long TotalSent => sent.Sum(s => (long)s);

    public void CountSent(int asset, int index) => Volatile.Write(ref sent[asset], index + 1);

    public void CountResent(int count) => Interlocked.Add(ref resent, count);

    public void Acknowledge(int asset, int index)
    {
        List<ulong> bits = acknowledged[asset];
        lock (bits)
        {
            while (bits.Count <= index >> 6)
            {
                bits.Add(0);
            }

            bits[index >> 6] |= 1UL << (index & 63);
        }

        Interlocked.Increment(ref messages);
    }

    public bool IsAcknowledged(int asset, int index)
    {
        List<ulong> bits = acknowledged[asset];
        lock (bits)
        {
            return index >> 6 < bits.Count && (bits[index >> 6] & (1UL << (index & 63))) != 0;
        }
    }
}
