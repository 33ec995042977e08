using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// The newest samples of a metric in a ring, and what they would be with one more: it is asked before that one is learned.
/// </summary>
internal sealed class RecentWindow
{
    /// <summary>Samples. Long enough to average noise away, short enough that a drift shows within its first hours or seconds.</summary>
    public const int Length = 24;

    /// <summary>Samples in the short mean that is compared with the hour of the day.</summary>
    private const int ShortLength = 4;

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
    public long OldestTicksWith(long at) =>
        count == 0 || IsAfterPause(at) ? at : ticks[count < Length ? (next - count + Length) % Length : (next + 1) % Length];

    /// <summary>Mean of the last samples without a new one; NaN when there are none.</summary>
    public double Mean
    {
        get
        {
            double sum = 0;
            for (int age = 1; age <= count; age++)
            {
                sum += Before(age);
            }

            return sum / count;
        }
    }

    /// <summary>Mean and deviation of the full window that ends with this value.</summary>
    public (double Mean, double Deviation) With(double value)
    {
        double sum = value;
        for (int age = 1; age < Length; age++)
        {
            sum += Before(age);
        }

        double mean = sum / Length;
        double squares = (value - mean) * (value - mean);
        for (int age = 1; age < Length; age++)
        {
            double distance = Before(age) - mean;
            squares += distance * distance;
        }

        double deviation = Math.Sqrt(squares / Length);

        // The mean of equal values may differ from them in its last digit: that is not a deviation.
        return (mean, deviation <= 1e-9 * Math.Abs(mean) ? 0 : deviation);
    }

    /// <summary>Mean of the newest few that end with this value; of fewer when there are no more.</summary>
    public double ShortMeanWith(double value, long at)
    {
        int earlier = IsAfterPause(at) ? 0 : Math.Min(count, ShortLength - 1);
        double sum = value;
        for (int age = 1; age <= earlier; age++)
        {
            sum += Before(age);
        }

        return sum / (earlier + 1);
    }

    public void Learn(double value, long at)
    {
        if (IsAfterPause(at))
        {
            count = 0;
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
        writer.Int32(count);
        for (int age = count; age >= 1; age--)
        {
            writer.Double(Before(age));
            writer.Int64(ticks[(next - age + Length) % Length]);
        }
    }

    public static RecentWindow Restore(StateReader reader)
    {
        RecentWindow window = new() { newest = reader.Int64(), interval = reader.Double() };
        int stored = reader.Count(16);
        if (stored > Length || window.newest < -1 || window.newest > LastTicks || !double.IsFinite(window.interval) || window.interval < 0)
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
        window.next = stored % Length;
        return window;
    }

    /// <summary>1 is the newest.</summary>
    private double Before(int age)
    {
        int place = next - age;
        return values[place < 0 ? place + Length : place];
    }

    private bool IsAfterPause(long at) => newest >= 0 && interval > 0 && (double)at - newest > LongestPause * interval;
}
