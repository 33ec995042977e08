using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>A metric's newest cells, as many as the longest window a span ago needs.</summary>
internal sealed class CellRing
{
    private static readonly int Capacity = LevelTrack.Span + LevelTrack.Windows[^1];

    private readonly double[] values = new double[Capacity];
    private int next;

    public int Count { get; private set; }

    public double Newest
    {
        get => values[next == 0 ? Capacity - 1 : next - 1];
        set => values[next == 0 ? Capacity - 1 : next - 1] = value;
    }

    public double SecondNewest => values[next >= 2 ? next - 2 : next - 2 + Capacity];

    public void Add(double value)
    {
        values[next] = value;
        next = next + 1 == Capacity ? 0 : next + 1;
        Count = Math.Min(Count + 1, Capacity);
    }

    public void Clear()
    {
        Count = 0;
        next = 0;
        Array.Clear(values);
    }

    /// <summary>Over <paramref name="length"/> cells, the newest of them <paramref name="age"/> cells old; over fewer when there are
    /// fewer.</summary>
    public double Mean(int length, int age)
    {
        int cells = Math.Min(length, Count - age);
        int last = next - 1 - age;
        last = last < 0 ? last + Capacity : last;
        int first = last - cells + 1;
        double sum = first >= 0
            ? Sum(values.AsSpan(first, cells))
            : Sum(values.AsSpan(first + Capacity, -first)) + Sum(values.AsSpan(0, last + 1));
        return sum / cells;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(Count);
        writer.Int32(next);
        writer.Doubles(values);
    }

    public void Restore(StateReader reader)
    {
        Count = reader.Int32();
        next = reader.Int32();
        double[] stored = reader.Doubles();
        if (stored.Length != Capacity || Count < 0 || Count > Capacity || next < 0 || next >= Capacity)
        {
            throw new StateFormatException("Stored cells do not fit their ring.");
        }

        stored.CopyTo(values, 0);
    }

    private static double Sum(ReadOnlySpan<double> part)
    {
        double sum = 0;
        foreach (double value in part)
        {
            sum += value;
        }

        return sum;
    }
}
