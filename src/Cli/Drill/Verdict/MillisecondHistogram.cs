namespace Millwright.Cli.Drill.Verdict;

/// <summary>Delays by whole milliseconds up to two minutes, in a fixed amount of memory. Not thread-safe.</summary>
internal sealed class MillisecondHistogram
{
    private readonly long[] counts = new long[120_001];
    private long total;

    public void Add(double milliseconds)
    {
        counts[(int)Math.Clamp(milliseconds, 0, counts.Length - 1)]++;
        total++;
    }

    public Quantiles Summary() => total == 0
        ? new Quantiles(0, null, null, null)
        : new Quantiles((int)Math.Min(total, int.MaxValue), At(0.5), At(0.99), Array.FindLastIndex(counts, c => c > 0));

    private double At(double share)
    {
        long left = (long)Math.Ceiling(share * total);
        for (int i = 0; i < counts.Length; i++)
        {
            left -= counts[i];
            if (left <= 0)
            {
                return i;
            }
        }

        return counts.Length - 1;
    }
}
