using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Brings metrics that speak at different moments onto one grid of event time: the mean per cell, or the last value while it is not too
/// old, and then the mean over the last cells. Cells are aligned to the epoch's zero tick, so that a replay cuts them the same.
/// </summary>
internal sealed class CellGrid(int metrics, long cellTicks, int carry, int smoothing)
{
    /// <summary>Beyond it squares overflow, and one such value would leave a covariance that is never a number again.</summary>
    public const double LargestValue = 1e100;

    /// <summary>Older than any cell by far, and still far from overflow.</summary>
    private const long NeverHeard = long.MinValue / 2;

    private readonly double[] sums = new double[metrics];
    private readonly int[] counts = new int[metrics];
    private readonly double[] lastValues = new double[metrics];
    private readonly long[] lastCells = [.. Enumerable.Repeat(NeverHeard, metrics)];
    private readonly double[] rows = new double[metrics * smoothing];
    private int rowCount;
    private int nextRow;
    private long newestRowCell;

    /// <summary>The open cell; meaningless before the first <see cref="Open"/>.</summary>
    public long Cell { get; private set; }

    public bool IsOpen { get; private set; }

    /// <summary>Share of the metrics that had a sample of their own in the cell closed last.</summary>
    public double Completeness { get; private set; }

    public DateTimeOffset StartOf(long cell) => new(Math.Clamp(cell * cellTicks, 0, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero);

    public DateTimeOffset EndOfCell => StartOf(Cell + 1);

    public DateTimeOffset SmoothingStart => StartOf(Cell - smoothing + 1);

    public long CellOf(DateTimeOffset eventTime) => eventTime.UtcTicks / cellTicks;

    public void Open(long cell)
    {
        Cell = cell;
        IsOpen = true;
        Array.Clear(sums);
        Array.Clear(counts);
    }

    public void Add(int position, long cell, double value)
    {
        lastValues[position] = value;
        lastCells[position] = cell;

        // A straggler of a cell already judged still is the metric's last value, but cannot change a verdict that was given.
        if (cell == Cell)
        {
            sums[position] += value;
            counts[position]++;
        }
    }

    /// <summary>Closes the open cell. False when a metric has been silent for too long, or is absurdly large.</summary>
    public bool TryClose()
    {
        IsOpen = false;
        int own = 0;
        Span<double> row = rows.AsSpan(nextRow * metrics, metrics);
        for (int i = 0; i < metrics; i++)
        {
            if (Cell - lastCells[i] > carry)
            {
                return false;
            }

            row[i] = counts[i] > 0 ? sums[i] / counts[i] : lastValues[i];
            if (!(Math.Abs(row[i]) <= LargestValue))
            {
                return false;
            }

            own += counts[i] > 0 ? 1 : 0;
        }

        // A pause longer than the carry breaks the mean over the last cells: before and after it are two stretches. For data slower than
        // the grid the neighbours are the cells that had samples.
        rowCount = Math.Min(rowCount + 1, smoothing);
        nextRow = (nextRow + 1) % smoothing;
        newestRowCell = Cell;
        Completeness = (double)own / metrics;
        return true;
    }

    /// <summary>Forgets the last cells, e.g. because they belong to another operating state.</summary>
    public void Break()
    {
        rowCount = 0;
        nextRow = 0;
    }

    /// <summary>
    /// True when the mean covers as many cells as it should; one over fewer would be noisier than what the baseline knows.
    /// </summary>
    public bool TryMean(Span<double> mean)
    {
        if (rowCount < smoothing)
        {
            return false;
        }

        for (int i = 0; i < metrics; i++)
        {
            double sum = 0;
            for (int row = 0; row < smoothing; row++)
            {
                sum += rows[(row * metrics) + i];
            }

            mean[i] = sum / smoothing;
        }

        return true;
    }

    public bool IsBrokenBefore(long cell) => rowCount > 0 && cell - newestRowCell > Math.Max(carry, 1);

    public void Save(StateWriter writer)
    {
        writer.Int64(cellTicks);
        writer.Boolean(IsOpen);
        writer.Int64(Cell);
        writer.Double(Completeness);
        for (int i = 0; i < metrics; i++)
        {
            writer.Double(sums[i]);
            writer.Int32(counts[i]);
            writer.Double(lastValues[i]);
            writer.Int64(lastCells[i]);
        }

        writer.Int32(rowCount);
        writer.Int32(nextRow);
        writer.Int64(newestRowCell);
        writer.Doubles(rows);
    }

    public void Restore(StateReader reader)
    {
        if (reader.Int64() is long stored && stored != cellTicks)
        {
            // Cells are counted from the epoch in their own length: with another length they would name other times.
            throw new StateFormatException("The cells of a multivariate detector have another length than its parameters say.");
        }

        IsOpen = reader.Boolean();
        Cell = ReadCell(reader);
        Completeness = reader.Double();
        for (int i = 0; i < metrics; i++)
        {
            sums[i] = reader.Double();
            counts[i] = reader.Int32();
            lastValues[i] = reader.Double();
            lastCells[i] = ReadCell(reader);
        }

        rowCount = reader.Int32();
        nextRow = reader.Int32();
        newestRowCell = ReadCell(reader);
        double[] values = reader.Doubles();
        if (values.Length != rows.Length || rowCount < 0 || rowCount > smoothing || nextRow < 0 || nextRow >= smoothing)
        {
            throw new StateFormatException("The cells of a multivariate detector do not fit its parameters.");
        }

        values.CopyTo(rows, 0);
    }

    private long ReadCell(StateReader reader)
    {
        long cell = reader.Int64();
        return cell == NeverHeard || (cell >= 0 && cell <= DateTimeOffset.MaxValue.Ticks / cellTicks)
            ? cell
            : throw new StateFormatException($"Cell {cell} is at no time.");
    }
}
