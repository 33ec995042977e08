using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// An indicator's life in at most 128 means. When they are full, neighbours are merged and each stretch covers twice the time: an hour and
/// a decade take the same memory, and nobody has to know in advance which of them it will be.
/// </summary>
internal sealed class TrendSeries
{
    public const int Capacity = 128;

    /// <summary>In the year 9506: far enough, and exact as a double.</summary>
    private const double LastTicks = 3e18;

    private readonly TrendPoint[] points = new TrendPoint[Capacity];
    private long originTicks;
    private int perPoint = 1;
    private double openSeconds;
    private double openLevel;
    private int openCount;

    /// <summary>Closed points.</summary>
    public int Count { get; private set; }

    public TrendPoint this[int place] => points[place];

    public DateTimeOffset At(double seconds)
    {
        double ticks = originTicks + (seconds * TimeSpan.TicksPerSecond);
        return new DateTimeOffset((long)Math.Clamp(ticks, 0, LastTicks), TimeSpan.Zero);
    }

    public double SecondsOf(DateTimeOffset instant) => (instant.UtcTicks - originTicks) / (double)TimeSpan.TicksPerSecond;

    /// <summary>True when that closed a point.</summary>
    public bool Add(DateTimeOffset instant, double level)
    {
        if (Count == 0 && openCount == 0)
        {
            originTicks = instant.UtcTicks;
        }

        openCount++;
        openSeconds += (SecondsOf(instant) - openSeconds) / openCount;
        openLevel += (level - openLevel) / openCount;
        if (openCount < perPoint)
        {
            return false;
        }

        points[Count++] = new TrendPoint(openSeconds, openLevel, openCount);
        (openSeconds, openLevel, openCount) = (0, 0, 0);
        if (Count == Capacity)
        {
            Merge();
        }

        return true;
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(originTicks);
        writer.Int32(perPoint);
        writer.Double(openSeconds);
        writer.Double(openLevel);
        writer.Int32(openCount);
        writer.Int32(Count);
        for (int i = 0; i < Count; i++)
        {
            writer.Double(points[i].Seconds);
            writer.Double(points[i].Level);
            writer.Int32(points[i].Count);
        }
    }

    public void Restore(StateReader reader)
    {
        originTicks = reader.Int64();
        perPoint = reader.Int32();
        openSeconds = reader.Double();
        openLevel = reader.Double();
        openCount = reader.Int32();
        Count = reader.Count(20);
        if (Count >= Capacity || perPoint < 1 || openCount < 0)
        {
            throw new StateFormatException("A stored trend does not fit.");
        }

        for (int i = 0; i < Count; i++)
        {
            points[i] = new TrendPoint(reader.Double(), reader.Double(), reader.Int32());
        }
    }

    private void Merge()
    {
        for (int i = 0; i < Capacity / 2; i++)
        {
            (TrendPoint a, TrendPoint b) = (points[2 * i], points[(2 * i) + 1]);
            int count = a.Count + b.Count;
            double share = (double)b.Count / count;
            points[i] = new TrendPoint(
                a.Seconds + ((b.Seconds - a.Seconds) * share), a.Level + ((b.Level - a.Level) * share), count);
        }

        Count = Capacity / 2;
        perPoint = perPoint > int.MaxValue / 4 ? perPoint : perPoint * 2;
    }
}
