using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// The newest samples of a metric in a ring, and what they would be with one more: it is asked before that one is learned.
///
/// Trap: the last digit of a sum depends on the order of its terms, so a snapshot keeps each sample at its place in the ring.
/// </summary>
internal sealed class RecentWindow
{
    /// <summary>Samples. Long enough to average noise away, short enough that a drift shows within its first hours or seconds.</summary>
    public const int Length = 24;

    /// <summary>A pause of this many usual intervals: what lay before it is not recent.</summary>
    private const int LongestPause = 24;
    private const double IntervalWeight = 0.01;

    private static readonly long LastTicks = DateTimeOffset.MaxValue.UtcTicks;

    private readonly double[] values = new double[Length];
    private readonly long[] ticks = new long[Length];
    private int next;
    private int count;
    private long newest = -1;
    private double interval;

    /// <summary>Null before the first sample.</summary>
    public long? NewestTicks => newest < 0 ? null : newest;

    /// <summary>Whether a sample at this instant completes the window.</summary>
    public bool IsFullWith(long at) => count >= Length - 1 && !IsAfterPause(at);

    /// <summary>Instant of the oldest sample in the window that this instant would close.</summary>
    public long OldestTicksWith(long at) => count == 0 || IsAfterPause(at) ? at : ticks[count < Length ? 0 : (next + 1) % Length];

    /// <summary>Mean of the last samples without a new one; NaN when there are none.</summary>
    public double Mean => SumOf(values.AsSpan(0, count)) / count;

    /// <summary>Mean and deviation of the full window that ends with this value, which takes the place of the oldest.</summary>
    public (double Mean, double Deviation) With(double value)
    {
        // The oldest lies at the place to be written next; while the ring is one short, that place is its end.
        ReadOnlySpan<double> first = values.AsSpan(0, next);
        ReadOnlySpan<double> second = values.AsSpan(next + 1);
        double mean = (value + SumOf(first) + SumOf(second)) / Length;
        double squares = ((value - mean) * (value - mean)) + SquaresOf(first, mean) + SquaresOf(second, mean);
        double deviation = Math.Sqrt(squares / Length);

        // The mean of equal values may differ from them in its last digit: that is not a deviation.
        return (mean, deviation <= 1e-9 * Math.Abs(mean) ? 0 : deviation);
    }

    public void Learn(double value, long at)
    {
        if (IsAfterPause(at))
        {
            count = 0;
            next = 0;
        }

        if (newest >= 0 && at > newest)
        {
            double elapsed = (double)at - newest;
            interval = interval > 0 ? interval + ((Math.Min(elapsed, 4 * interval) - interval) * IntervalWeight) : elapsed;
        }

        values[next] = value;
        ticks[next] = at;
        next = next + 1 == Length ? 0 : next + 1;
        count = Math.Min(count + 1, Length);
        newest = at;
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(newest);
        writer.Double(interval);
        writer.Int32(next);
        writer.Int32(count);
        for (int i = 0; i < count; i++)
        {
            writer.Double(values[i]);
            writer.Int64(ticks[i]);
        }
    }

    public static RecentWindow Restore(StateReader reader)
    {
        RecentWindow window = new() { newest = reader.Int64(), interval = reader.Double(), next = reader.Int32() };
        int stored = reader.Count(16);
        bool isRing = stored == Length ? window.next is >= 0 and < Length : window.next == stored;
        bool isInTime = window.newest >= -1 && window.newest <= LastTicks;
        if (stored > Length || !isRing || !isInTime || !double.IsFinite(window.interval) || window.interval < 0)
        {
            throw new StateFormatException("A stored window of recent samples is longer than it may be, or has no interval.");
        }

        for (int i = 0; i < stored; i++)
        {
            window.values[i] = reader.Double();
            window.ticks[i] = reader.Int64();
            if (!double.IsFinite(window.values[i]) || window.ticks[i] < 0 || window.ticks[i] > window.newest)
            {
                throw new StateFormatException("A stored recent sample is not a number.");
            }
        }

        window.count = stored;
        return window;
    }

    private static double SumOf(ReadOnlySpan<double> part)
    {
        double sum = 0;
        foreach (double value in part)
        {
            sum += value;
        }

        return sum;
    }

    private static double SquaresOf(ReadOnlySpan<double> part, double mean)
    {
        double squares = 0;
        foreach (double value in part)
        {
            squares += (value - mean) * (value - mean);
        }

        return squares;
    }

    private bool IsAfterPause(long at) => newest >= 0 && interval > 0 && (double)at - newest > LongestPause * interval;
}
