using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What a detector remembers of several metrics in one operating state, and how it measures a cell by it.</summary>
internal abstract class CellBaseline
{
    /// <summary>0 to 1.</summary>
    public abstract double Warmup { get; }

    /// <summary>Measures a cell, and keeps what explains it. False while it cannot.</summary>
    public abstract bool TryScore(ReadOnlySpan<double> cell, out double score);

    /// <summary>Of the cell measured last: what the metric usually is.</summary>
    public abstract double Expected(int position);

    /// <summary>Of the cell measured last: what the metric added to the score.</summary>
    public abstract double Share(int position);

    /// <summary>
    /// A value of one metric, the others as they are in the cell measured last, at which the score is below <paramref name="limit"/>.
    /// </summary>
    public abstract bool TryMoveInside(ReadOnlySpan<double> cell, int position, double limit, out double value);

    /// <param name="isOut">It lies beyond the threshold: a fault must not become the normal case by lasting.</param>
    public abstract void Learn(ReadOnlySpan<double> cell, bool isOut);

    public abstract void Save(StateWriter writer);

    public abstract void Restore(StateReader reader);

    protected static void Read(StateReader reader, double[] target)
    {
        double[] stored = reader.Doubles();
        if (stored.Length != target.Length)
        {
            throw new StateFormatException("A multivariate baseline does not fit the metrics of its detector.");
        }

        stored.CopyTo(target, 0);
    }
}
