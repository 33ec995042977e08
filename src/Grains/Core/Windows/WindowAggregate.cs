namespace Millwright.Core.Windows;

/// <summary>
/// What is known of the samples of a window: mergeable, so that windows can be put together from panes and sessions can join.
/// Mean and variance follow Welford, merged by Chan: no difference of large sums, so 1,000,000.001 varies as well as 0.001.
/// First and last go by event time, not by arrival: the order of arrival must not show in a result.
/// </summary>
public struct WindowAggregate : IEquatable<WindowAggregate>
{
    private double squares;
    private long firstTicks;
    private long lastTicks;

    public long Count { get; private set; }

    public double Sum { get; private set; }

    public double Minimum { get; private set; }

    public double Maximum { get; private set; }

    public double Mean { get; private set; }

    public double First { get; private set; }

    public double Last { get; private set; }

    /// <summary>Population variance.</summary>
    public readonly double Variance => Count == 0 ? 0 : squares / Count;

    public readonly double StandardDeviation => Math.Sqrt(Variance);

    internal readonly long FirstTicks => firstTicks;

    internal readonly long LastTicks => lastTicks;

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

        long count = Count + other.Count;
        double delta = other.Mean - Mean;
        squares += other.squares + (delta * delta * ((double)Count * other.Count / count));
        Mean += delta * other.Count / count;
        Sum += other.Sum;
        Count = count;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
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
        Count == other.Count && Sum.Equals(other.Sum) && Minimum.Equals(other.Minimum) && Maximum.Equals(other.Maximum)
            && Mean.Equals(other.Mean)
        && squares.Equals(other.squares) && First.Equals(other.First) && Last.Equals(other.Last) && firstTicks == other.firstTicks
            && lastTicks == other.lastTicks;

    public override readonly bool Equals(object? obj) => obj is WindowAggregate other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(Count, Sum, Minimum, Maximum, First, Last, firstTicks, lastTicks);

    internal static WindowAggregate From(long count, long firstTicks, long lastTicks, ReadOnlySpan<double> row) => new()
    {
        Count = count,
        Sum = row[0],
        Minimum = row[1],
        Maximum = row[2],
        Mean = row[3],
        squares = row[4],
        First = row[5],
        Last = row[6],
        firstTicks = firstTicks,
        lastTicks = lastTicks,
    };

    internal void Add(long ticks, double value)
    {
        if (Count == 0)
        {
            (Minimum, Maximum, First, Last, firstTicks, lastTicks) = (value, value, value, value, ticks, ticks);
        }
        else
        {
            Minimum = value < Minimum ? value : Minimum;
            Maximum = value > Maximum ? value : Maximum;
            if (ticks >= lastTicks)
            {
                (lastTicks, Last) = (ticks, value);
            }
            else if (ticks < firstTicks)
            {
                (firstTicks, First) = (ticks, value);
            }
        }

        Count++;
        Sum += value;
        double delta = value - Mean;
        Mean += delta / Count;
        squares += delta * (value - Mean);
    }

    internal readonly void CopyTo(Span<double> row) =>
        (row[0], row[1], row[2], row[3], row[4], row[5], row[6]) = (Sum, Minimum, Maximum, Mean, squares, First, Last);
}
