namespace Millwright.Core.Prognosis;

/// <summary>
/// Features as bytes: each is cut at up to 127 of its own quantiles, so that the best split of a node is found by counting instead of
/// sorting.
/// </summary>
internal sealed class FeatureBins
{
    public const int Most = 128;

    private readonly double[][] limits;
    private readonly byte[] bins;

    public FeatureBins(double[][] rows, int features)
    {
        Features = features;
        Rows = rows.Length;
        limits = new double[features][];
        bins = new byte[rows.Length * features];
        double[] column = new double[rows.Length];
        for (int feature = 0; feature < features; feature++)
        {
            for (int row = 0; row < rows.Length; row++)
            {
                column[row] = rows[row][feature];
            }

            limits[feature] = Limits(column);
            for (int row = 0; row < rows.Length; row++)
            {
                bins[(row * features) + feature] = Bin(limits[feature], column[row]);
            }
        }
    }

    public int Features { get; }

    public int Rows { get; }

    public ReadOnlySpan<byte> Row(int row) => bins.AsSpan(row * Features, Features);

    /// <summary>The value up to which <paramref name="bin"/> and those below it reach.</summary>
    public double Limit(int feature, int bin) => limits[feature][bin];

    public int Splits(int feature) => limits[feature].Length;

    private static byte Bin(double[] limits, double value)
    {
        int found = Array.BinarySearch(limits, value);
        return (byte)(found >= 0 ? found : ~found);
    }

    private static double[] Limits(double[] column)
    {
        double[] sorted = [.. column.Order()];
        List<double> limits = [];
        for (int cut = 1; cut < Most; cut++)
        {
            int place = (int)((long)cut * (sorted.Length - 1) / Most);
            double low = sorted[place];
            int above = place + 1;
            while (above < sorted.Length && sorted[above] == low)
            {
                above++;
            }

            // Half-way to the next value: a limit equal to a value would send its neighbours' noise to the other side.
            if (above < sorted.Length && low + ((sorted[above] - low) / 2) is double limit && (limits.Count == 0 || limit > limits[^1]))
            {
                limits.Add(limit);
            }
        }

        return [.. limits];
    }
}
