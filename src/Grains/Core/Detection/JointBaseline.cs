using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// What several metrics do together in one operating state: mean, covariance and the usual distance from them, each forgetting
/// exponentially.
/// </summary>
internal sealed class JointBaseline(int metrics)
{
    /// <summary>
    /// The usual distance is this quantile of the distances seen: high enough that a drifting, autocorrelated process does not cry.
    /// </summary>
    private const double LevelQuantile = 0.9;

    /// <summary>Cells over which the quantile adapts by a factor e.</summary>
    private const double LevelMemory = 60;

    private readonly double[] covariance = new double[metrics * metrics];

    public double[] Mean { get; } = new double[metrics];

    public int Cells { get; private set; }

    /// <summary>Usual T² per metric. At least one: the theory's own expectation for independent samples.</summary>
    public double Level { get; private set; } = 1;

    public void Learn(ReadOnlySpan<double> cell, double weight)
    {
        for (int i = 0; i < metrics; i++)
        {
            double fromOldMean = cell[i] - Mean[i];
            Mean[i] += weight * fromOldMean;
        }

        // (x − m_new) = (1 − w)(x − m_old), hence w/(1 − w) restores the outer product of old deviations. At w = 1 there is nothing to
        // restore.
        double outer = weight < 1 ? weight / (1 - weight) : 0;
        for (int i = 0; i < metrics; i++)
        {
            double deviation = cell[i] - Mean[i];
            for (int j = 0; j <= i; j++)
            {
                double updated = ((1 - weight) * covariance[(i * metrics) + j]) + (outer * deviation * (cell[j] - Mean[j]));
                covariance[(i * metrics) + j] = updated;
            }
        }

        Cells = Math.Min(Cells + 1, int.MaxValue - 1);
    }

    public void LearnLevel(double distance)
    {
        double step = distance > Level ? LevelQuantile : LevelQuantile - 1;
        Level = Math.Clamp(Level * Math.Exp(step / LevelMemory), 1, Finding.MaxScore);
    }

    /// <summary>The lower triangle, correlations drawn towards none and variances kept off zero.</summary>
    public void Regularised(Span<double> target, double shrinkage, double minScale)
    {
        for (int i = 0; i < metrics; i++)
        {
            for (int j = 0; j < i; j++)
            {
                target[(i * metrics) + j] = (1 - shrinkage) * covariance[(i * metrics) + j];
            }

            double floor = Math.Max(minScale * Math.Abs(Mean[i]), 1e-9);
            target[(i * metrics) + i] = covariance[(i * metrics) + i] + (floor * floor);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(Cells);
        writer.Double(Level);
        writer.Doubles(Mean);
        writer.Doubles(covariance);
    }

    public static JointBaseline Restore(StateReader reader, int metrics)
    {
        JointBaseline baseline = new(metrics) { Cells = reader.Int32(), Level = reader.Double() };
        double[] mean = reader.Doubles();
        double[] stored = reader.Doubles();
        if (mean.Length != metrics || stored.Length != metrics * metrics)
        {
            throw new StateFormatException("A multivariate baseline does not fit the metrics of its detector.");
        }

        mean.CopyTo(baseline.Mean, 0);
        stored.CopyTo(baseline.covariance, 0);
        return baseline;
    }
}
