namespace Millwright.Core.Windows;

/// <summary>
/// What is known of the samples of a window: mergeable, so that windows can be put together from panes and sessions can join. A function
/// of the set of its samples: sums are exact and rounded once, when they are read, and first and last go by event time. The order of
/// arrival and the way of merging cannot show in a result, and 1,000,000.001 varies as well as 0.001.
/// </summary>
public struct WindowAggregate : IEquatable<WindowAggregate>
{
    private ExactMoments moments;
    private double minimum;
    private double maximum;
    private long firstTicks;
    private long lastTicks;

    public long Count { get; private set; }

    public readonly double Sum => moments.SumOf();

    /// <summary>Of zeros of either sign, the positive one: they are equal, and which came first must not show.</summary>
    public readonly double Minimum => minimum == 0 ? 0 : minimum;

    public readonly double Maximum => maximum == 0 ? 0 : maximum;

    public readonly double Mean => Count == 0 ? 0 : moments.MeanOf(Count);

    public double First { get; private set; }

    public double Last { get; private set; }

    /// <summary>Population variance.</summary>
    public readonly double Variance => Count == 0 ? 0 : moments.VarianceOf(Count);

    public readonly double StandardDeviation => Math.Sqrt(Variance);

    /// <summary>Root of the mean square.</summary>
    public readonly double RootMeanSquare => Count == 0 ? 0 : Math.Sqrt(moments.MeanSquareOf(Count));

    internal readonly long FirstTicks => firstTicks;

    internal readonly long LastTicks => lastTicks;

    internal readonly ExactMoments Moments => moments;

    public static bool operator ==(WindowAggregate left, WindowAggregate right) => left.Equals(right);

    public static bool operator !=(WindowAggregate left, WindowAggregate right) => !left.Equals(right);

    public void Add(DateTimeOffset eventTime, double value) => Add(eventTime.UtcTicks, value);

    public void Merge(in WindowAggregate other)
    {
        if (other.Count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            this = other;
            return;
        }

        moments.Merge(other.moments);
        Count += other.Count;
        minimum = Math.Min(minimum, other.minimum);
        maximum = Math.Max(maximum, other.maximum);
        if (other.firstTicks < firstTicks)
        {
            (firstTicks, First) = (other.firstTicks, other.First);
        }

        if (other.lastTicks > lastTicks)
        {
            (lastTicks, Last) = (other.lastTicks, other.Last);
        }
    }

    public readonly bool Equals(WindowAggregate other) =>
        Count == other.Count && Minimum.Equals(other.Minimum) && Maximum.Equals(other.Maximum) && First.Equals(other.First)
        && Last.Equals(other.Last) && firstTicks == other.firstTicks && lastTicks == other.lastTicks && moments.IsSame(other.moments);

    public override readonly bool Equals(object? obj) => obj is WindowAggregate other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Count, Minimum, Maximum, First, Last, firstTicks, lastTicks);

    internal static WindowAggregate From(
        long count, (long First, long Last) ticks, (double Minimum, double Maximum) range, (double First, double Last) ends,
        in ExactMoments moments) => new()
    {
        Count = count,
        moments = moments,
        minimum = range.Minimum,
        maximum = range.Maximum,
        First = ends.First,
        Last = ends.Last,
        firstTicks = ticks.First,
        lastTicks = ticks.Last,
    };

    internal void Add(long ticks, double value)
    {
        if (Count == 0)
        {
            (minimum, maximum, First, Last, firstTicks, lastTicks) = (value, value, value, value, ticks, ticks);
            moments.Start(value);
        }
        else
        {
            minimum = value < minimum ? value : minimum;
            maximum = value > maximum ? value : maximum;
            if (ticks >= lastTicks)
            {
                (lastTicks, Last) = (ticks, value);
            }
            else if (ticks < firstTicks)
            {
                (firstTicks, First) = (ticks, value);
            }

            moments.Add(value);
        }

        Count++;
    }
}
