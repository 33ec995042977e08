using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// What depends on which sample follows which: the area under a value that holds until the next one, and the increase of a counter.
/// Exact, so stretches that follow each other can be put together, and a window that slides can take its oldest stretch away.
/// </summary>
internal sealed class ValueFlow
{
    private ExactSum area;
    private ExactSum increase;
    private long covered;

    /// <summary>A value was the last known for so long.</summary>
    /// <param name="ticks">Negative takes back.</param>
    public void Hold(double value, long ticks)
    {
        area.Add(value, ticks);
        covered += ticks;
    }

    /// <summary>A counter goes on from one reading to the next; one that is lower has begun again at zero.</summary>
    public void Count(double from, double to) => Count(from, to, 1);

    public void Uncount(double from, double to) => Count(from, to, -1);

    public void Merge(ValueFlow other)
    {
        area.Merge(other.area);
        increase.Merge(other.increase);
        covered += other.covered;
    }

    public ValueFlow Copy()
    {
        var copy = new ValueFlow();
        copy.Merge(this);
        return copy;
    }

    public void Narrow()
    {
        area.Narrow();
        increase.Narrow();
    }

    /// <summary>Null when no value held for any time.</summary>
    public double? Mean()
    {
        (System.Numerics.BigInteger value, int unit) = area.Whole();
        return covered == 0 ? null : NearestDouble.Of(value, covered, unit);
    }

    /// <summary>Per second of the time for which a reading was known; null when that is none.</summary>
    public double? CounterRate()
    {
        (System.Numerics.BigInteger value, int unit) = increase.Whole();
        return covered == 0 ? null : NearestDouble.Of(value * TimeSpan.TicksPerSecond, covered, unit);
    }

    public void Save(StateWriter writer)
    {
        area.Save(writer);
        increase.Save(writer);
        writer.Int64(covered);
    }

    public static ValueFlow Restore(StateReader reader) => new()
    {
        area = ExactSum.Restore(reader),
        increase = ExactSum.Restore(reader),
        covered = reader.Int64(),
    };

    /// <summary>What is added before and taken away after is the difference itself, not a rounding of it.</summary>
    private void Count(double from, double to, int factor)
    {
        increase.Add(to, factor);
        if (to >= from)
        {
            increase.Add(from, -factor);
        }
    }
}
