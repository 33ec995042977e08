namespace Millwright.Core.Windows;

/// <summary>
/// Puts a longer rollup together from shorter ones that lie in it, ascending. Deviations are merged as sums of squares (Chan), never from
/// a difference of large sums.
/// </summary>
public struct RollupMerge
{
    private double squares;

    public long Count { get; private set; }

    public double Minimum { get; private set; }

    public double Maximum { get; private set; }

    public double Mean { get; private set; }

    public double Last { get; private set; }

    /// <summary>Sum over the parts; the caller knows how many there should be.</summary>
    public double Completeness { get; private set; }

    /// <summary>Of the population.</summary>
    public readonly double StandardDeviation => Count == 0 ? 0 : Math.Sqrt(squares / Count);

    public void Add(in RollupPart part)
    {
        Completeness += part.Completeness;
        if (part.Count == 0)
        {
            return;
        }

        long count = Count + part.Count;
        double delta = part.Mean - Mean;
        squares += part.StandardDeviation * part.StandardDeviation * part.Count;
        squares += delta * delta * ((double)Count * part.Count / count);
        Mean = Count == 0 ? part.Mean : Mean + (delta * part.Count / count);
        Minimum = Count == 0 ? part.Minimum : Math.Min(Minimum, part.Minimum);
        Maximum = Count == 0 ? part.Maximum : Math.Max(Maximum, part.Maximum);
        Last = part.Last;
        Count = count;
    }
}

/// <summary>One shorter rollup.</summary>
public readonly record struct RollupPart(
    long Count, double Minimum, double Maximum, double Mean, double StandardDeviation, double Last, double Completeness);
