using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>One side of a CUSUM chart, and the mean of the values since it left zero: the estimate of the new level.</summary>
internal struct CumulativeSum
{
    private int count;

    public double Sum { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Event time of the first sample after the sum was zero last.</summary>
    public long SinceTicks { get; private set; }

    public void Add(double excess, double value, long ticks)
    {
        if (Sum + excess <= 0)
        {
            this = default;
            return;
        }

        if (count == 0)
        {
            SinceTicks = ticks;
        }

        Sum += excess;
        count = Math.Min(count + 1, int.MaxValue - 1);
        Mean += (value - Mean) / count;
    }

    public readonly void Save(StateWriter writer)
    {
        writer.Double(Sum);
        writer.Double(Mean);
        writer.Int64(SinceTicks);
        writer.Int32(count);
    }

    public static CumulativeSum Restore(StateReader reader) => new()
    {
        Sum = reader.Double(),
        Mean = reader.Double(),
        SinceTicks = reader.Instant().UtcTicks,
        count = reader.Int32() is int stored and >= 0 ? stored : throw new StateFormatException("A cumulative sum of less than no samples."),
    };
}
