using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Least-squares slope over a trailing span in constant memory: the span is cut into cells, each cell is its centre of gravity. With fewer
/// samples than cells that is exact; with more, a sixteenth of the span is smoothed away.
/// </summary>
internal sealed class TrailingSlope(TimeSpan span)
{
    public const int Cells = 16;

    /// <summary>Fewest points of a slope: with three a single outlier still is the slope.</summary>
    public const int MinCells = 4;

    private readonly long cellTicks = Math.Max(1, span.Ticks / Cells);
    private readonly Cell[] cells = new Cell[Cells];
    private int first;

    public int Count { get; private set; }

    /// <summary>Metric units per second.</summary>
    public double Slope { get; private set; }

    /// <summary>How much the slope grows when the newest value grows by one.</summary>
    public double Leverage { get; private set; }

    public double Mean { get; private set; }

    public long StartTicks => cells[first].Number * cellTicks;

    public void Clear() => (first, Count) = (0, 0);

    public void Add(long ticks, double value)
    {
        long number = ticks / cellTicks;
        if (Count == 0 || cells[Place(Count - 1)].Number != number)
        {
            if (Count == Cells)
            {
                DropOldest();
            }

            cells[Place(Count++)] = new Cell { Number = number };
        }

        ref Cell cell = ref cells[Place(Count - 1)];
        cell.Count++;
        cell.Seconds += ((double)(ticks - (number * cellTicks)) / TimeSpan.TicksPerSecond - cell.Seconds) / cell.Count;
        cell.Mean += (value - cell.Mean) / cell.Count;
        while (Count > MinCells && number - cells[first].Number >= Cells)
        {
            DropOldest();
        }
    }

    /// <summary>False when the cells are too few. Times count from the newest cell, where they are small numbers.</summary>
    public bool TryFit()
    {
        if (Count < MinCells)
        {
            return false;
        }

        double weight = 0, time = 0, value = 0;
        for (int i = 0; i < Count; i++)
        {
            ref Cell cell = ref cells[Place(i)];
            weight += cell.Count;
            time += (TimeOf(cell) - time) * (cell.Count / weight);
            value += (cell.Mean - value) * (cell.Count / weight);
        }

        double spread = 0, together = 0;
        for (int i = 0; i < Count; i++)
        {
            ref Cell cell = ref cells[Place(i)];
            double fromTime = TimeOf(cell) - time;
            spread += cell.Count * fromTime * fromTime;
            together += cell.Count * fromTime * (cell.Mean - value);
        }

        Mean = value;
        Slope = together / spread;
        Leverage = (TimeOf(cells[Place(Count - 1)]) - time) / spread;
        return spread > 0;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(Count);
        for (int i = 0; i < Count; i++)
        {
            ref Cell cell = ref cells[Place(i)];
            writer.Int64(cell.Number);
            writer.Int32(cell.Count);
            writer.Double(cell.Seconds);
            writer.Double(cell.Mean);
        }
    }

    public void Restore(StateReader reader)
    {
        Clear();
        int count = reader.Count(28);
        if (count > Cells)
        {
            throw new StateFormatException($"A trailing slope of {count} cells cannot be.");
        }

        for (int i = 0; i < count; i++)
        {
            cells[i] = new Cell { Number = reader.Int64(), Count = reader.Int32(), Seconds = reader.Double(), Mean = reader.Double() };
            if (cells[i].Count <= 0 || cells[i].Number < 0 || cells[i].Number > DateTimeOffset.MaxValue.Ticks / cellTicks)
            {
                throw new StateFormatException("A cell of a trailing slope is empty or at no time.");
            }
        }

        Count = count;
    }

    private double TimeOf(in Cell cell) =>
        ((double)((cell.Number - cells[Place(Count - 1)].Number) * cellTicks) / TimeSpan.TicksPerSecond) + cell.Seconds;

    private int Place(int offset) => (first + offset) % Cells;

    private void DropOldest()
    {
        first = Place(1);
        Count--;
    }

    private struct Cell
    {
        public long Number;
        public int Count;
        public double Seconds;
        public double Mean;
    }
}
