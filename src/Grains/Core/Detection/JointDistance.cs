namespace Millwright.Core.Detection;

/// <summary>
/// The last measured distance of a cell from a baseline, with what is needed to explain it. Scratch memory of one detector; not part of its
/// state.
/// </summary>
internal sealed class JointDistance(int metrics)
{
    /// <summary>Standard deviations that a bell curve exceeds once in a thousand.</summary>
    private const double Tail = 3.0902;

    private readonly double[] factor = new double[metrics * metrics];
    private readonly double[] deviation = new double[metrics];
    private readonly double[] weighted = new double[metrics];
    private readonly double[] column = new double[metrics];

    /// <summary>T².</summary>
    public double Squared { get; private set; }

    public double PerMetric => Squared / metrics;

    /// <summary>False when the covariance cannot be inverted even after regularisation, or the distance is not a number.</summary>
    public bool TryMeasure(JointBaseline baseline, ReadOnlySpan<double> cell, MahalanobisParameters parameters)
    {
        baseline.Regularised(factor, parameters.Shrinkage, parameters.MinScale);
        return TryMeasure(baseline.Mean, cell);
    }

    /// <summary>The same by a covariance, of which the lower triangle is read, and a mean.</summary>
    public bool TryMeasure(ReadOnlySpan<double> covariance, ReadOnlySpan<double> mean, ReadOnlySpan<double> cell)
    {
        covariance.CopyTo(factor);
        return TryMeasure(mean, cell);
    }

    private bool TryMeasure(ReadOnlySpan<double> mean, ReadOnlySpan<double> cell)
    {
        if (!Cholesky.TryFactor(factor, metrics))
        {
            return false;
        }

        for (int i = 0; i < metrics; i++)
        {
            deviation[i] = cell[i] - mean[i];
            weighted[i] = deviation[i];
        }

        Cholesky.Solve(factor, weighted);
        Squared = 0;
        for (int i = 0; i < metrics; i++)
        {
            Squared += Share(i);
        }

        return double.IsFinite(Squared);
    }

    /// <summary>
    /// χ² of one in a thousand over χ² of one in ten, after Wilson and Hilferty: with it a limit means the same for two metrics as for
    /// thirty.
    /// </summary>
    public static double TailPerUsual(int metrics)
    {
        const double OneInTen = 1.2816;
        double spread = 2.0 / (9 * metrics);
        double tail = 1 - spread + (Tail * Math.Sqrt(spread));
        double usual = 1 - spread + (OneInTen * Math.Sqrt(spread));
        return Math.Pow(tail / usual, 3);
    }

    /// <summary>χ² of one in a thousand.</summary>
    public static double OneInThousand(int metrics)
    {
        double spread = 2.0 / (9 * metrics);
        return metrics * Math.Pow(1 - spread + (Tail * Math.Sqrt(spread)), 3);
    }

    /// <summary>What a metric added to <see cref="Squared"/>.</summary>
    public double Share(int position) => deviation[position] * weighted[position];

    /// <summary>
    /// How far one metric must move, the others fixed, for T² to fall below <paramref name="limit"/>. Along one metric T² is the parabola
    /// T² + 2·δ·u + δ²·P, with u = (S⁻¹d)_i and P = (S⁻¹)_ii: its lowest point decides whether there is such a δ.
    /// </summary>
    public bool TryMoveInside(int position, double limit, out double shift)
    {
        Array.Clear(column);
        column[position] = 1;
        Cholesky.Solve(factor, column);
        double curvature = column[position];
        double slope = weighted[position];
        double lowest = Squared - (slope * slope / curvature);
        shift = 0;
        if (!(lowest < limit) || slope == 0)
        {
            return false;
        }

        // The root nearer to what was observed, and then a hundredth of the way on: on the root itself rounding would decide.
        double toLowest = -slope / curvature;
        double half = Math.Sqrt((limit - lowest) / curvature);
        double toRoot = toLowest - Math.CopySign(half, toLowest);
        shift = toRoot + ((toLowest - toRoot) * 0.01);
        return double.IsFinite(shift);
    }
}
