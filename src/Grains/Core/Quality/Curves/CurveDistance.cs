using Millwright.Core.Detection;

namespace Millwright.Core.Quality.Curves;

/// <summary>A curve's joint distance from what was expected, and what explains it.</summary>
internal sealed class CurveDistance
{
    private const int Features = CurveFeatures.Count;

    private readonly double[] factor;
    private readonly double[] deviation = new double[Features];
    private readonly double[] weighted = new double[Features];

    public CurveDistance(double[] expected, double[] spread, double[] scaled)
    {
        Expected = expected;
        factor = spread;
        Invariant.Holds(Cholesky.TryFactor(factor, Features));
        Squared = Measure(scaled);
    }

    /// <summary>On the judging scale.</summary>
    public double[] Expected { get; }

    /// <summary>T².</summary>
    public double Squared { get; }

    /// <summary>What a feature added to <see cref="Squared"/>.</summary>
    public double Share(int feature) => deviation[feature] * weighted[feature];

    /// <summary>
    /// The feature that need move least, in units of its own spread, for the curve to pass; null when no single one suffices. Along one
    /// feature T² is a parabola; the value found is put back through the feature's scale and measured again, so it truly passes.
    /// </summary>
    public CurveShare? Counterfactual(ReadOnlySpan<double> features, double[] scaled, double limit)
    {
        double[] shares = [.. Enumerable.Range(0, Features).Select(Share)];
        double[] slopes = [.. weighted];
        double squared = Squared;
        CurveShare? best = null;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Features; i++)
        {
            double[] column = new double[Features];
            column[i] = 1;
            Cholesky.Solve(factor, column);
            double lowest = squared - (slopes[i] * slopes[i] / column[i]);
            if (!(lowest < limit) || slopes[i] == 0)
            {
                continue;
            }

            // From the root a hundredth of the way on towards the lowest point: on the root itself rounding would decide.
            double toLowest = -slopes[i] / column[i];
            double toRoot = toLowest - Math.CopySign(Math.Sqrt((limit - lowest) / column[i]), toLowest);
            double shift = toRoot + ((toLowest - toRoot) * 0.01);
            double needed = CurveFeatures.Unscaled(i, scaled[i] + shift);
            double cost = shift * shift * column[i];
            if (cost < least && Passes(scaled, i, needed, limit))
            {
                best = new CurveShare(i, features[i], needed, shares[i]);
                least = cost;
            }
        }

        // The trials have used the scratch memory.
        Measure(scaled);
        return best;
    }

    /// <summary>
    /// Largest whole percent of the way from the usual to the observed features, each in its own unit, at which the curve passes. On the
    /// judging scale the way is bent, so no formula tells: each step is tried.
    /// </summary>
    public int Nearness(ReadOnlySpan<double> features, double[] scaled, double limit)
    {
        double[] trial = new double[Features];
        int percent = 100;
        do
        {
            percent--;
            for (int i = 0; i < Features; i++)
            {
                double usual = CurveFeatures.Unscaled(i, Expected[i]);
                trial[i] = CurveFeatures.Scaled(i, usual + (percent / 100.0 * (features[i] - usual)));
            }
        }
        while (percent > 0 && Measure(trial) >= limit);

        // The trials have used the scratch memory.
        Measure(scaled);
        return percent;
    }

    private bool Passes(double[] scaled, int feature, double needed, double limit)
    {
        double[] trial = [.. scaled];
        trial[feature] = CurveFeatures.Scaled(feature, needed);
        return Measure(trial) < limit;
    }

    private double Measure(ReadOnlySpan<double> scaled)
    {
        for (int i = 0; i < Features; i++)
        {
            deviation[i] = scaled[i] - Expected[i];
            weighted[i] = deviation[i];
        }

        Cholesky.Solve(factor, weighted);
        double squared = 0;
        for (int i = 0; i < Features; i++)
        {
            squared += deviation[i] * weighted[i];
        }

        return squared;
    }
}
