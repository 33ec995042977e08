using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>
/// The open cell of event time: the mean per metric. Cells are aligned to the epoch's zero tick, so that a replay cuts them the same. A
/// metric that said nothing in a cell has no value in it: here nothing is carried, since every metric is compared with its own past.
/// </summary>
internal sealed class MetricCells(int metrics, long length)
{
    /// <summary>Beyond it squares overflow, and one such value would leave a scale that is never a number again.</summary>
    private const double LargestValue = 1e100;

    private readonly double[] sums = new double[metrics];
    private readonly int[] counts = new int[metrics];

    public long Length => length;

    /// <summary>The open cell; -1 before the first sample.</summary>
    public long Cell { get; private set; } = -1;

    public DateTimeOffset End => StartOf(Cell + 1);

    public long CellOf(DateTimeOffset eventTime) => eventTime.UtcTicks / length;

    public DateTimeOffset StartOf(long cell) =>
        new(cell <= 0 ? 0 : cell > DateTimeOffset.MaxValue.Ticks / length ? DateTimeOffset.MaxValue.Ticks : cell * length, TimeSpan.Zero);

    public void Open(long cell)
    {
        Cell = cell;
        Array.Clear(sums);
        Array.Clear(counts);
    }

    public void Add(int position, double value)
    {
        sums[position] += Math.Clamp(value, -LargestValue, LargestValue);
        counts[position]++;
    }

    public bool TryMean(int position, out double mean)
    {
        mean = counts[position] > 0 ? sums[position] / counts[position] : 0;
        return counts[position] > 0;
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(Cell);
        for (int position = 0; position < metrics; position++)
        {
            writer.Double(sums[position]);
            writer.Int32(counts[position]);
        }
    }

    public void Restore(StateReader reader)
    {
        Cell = reader.Int64();
        if (Cell < -1 || Cell > DateTimeOffset.MaxValue.Ticks / length)
        {
            throw new StateFormatException($"Cell {Cell} is at no time.");
        }

        for (int position = 0; position < metrics; position++)
        {
            sums[position] = reader.Double();
            counts[position] = reader.Int32();
        }
    }
}
