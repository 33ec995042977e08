using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>Mean, spread and lag-one correlation of a metric, forgetting exponentially once the memory is full.</summary>
internal sealed class LevelEstimate(int memory)
{
    /// <summary>Beyond it (ρ of 0.998) there is no level left to speak of within any memory.</summary>
    private const double MaxInflation = 1_000;

    private double variance;
    private double covariance;
    private double previous;
    private bool hasPrevious;

    public int Count { get; private set; }

    /// <summary>Samples that the mean is worth.</summary>
    public double Weight => Math.Max(1, Math.Min(Count, memory));

    public double Mean { get; private set; }

    public double Deviation => Math.Sqrt(variance);

    /// <summary>How many times further than for independent samples a sum of deviations wanders, squared.</summary>
    public double Inflation
    {
        get
        {
            double correlation = variance > 0 ? covariance / variance : 0;
            correlation += (1 + (4 * correlation)) / Weight;
            return correlation <= 0 ? 1 : Math.Min((1 + correlation) / Math.Max(1 - correlation, 1e-9), MaxInflation);
        }
    }

    public void Clear()
    {
        Count = 0;
        (Mean, variance, covariance) = (0, 0, 0);
        hasPrevious = false;
    }

    /// <summary>The next sample does not follow on the last.</summary>
    public void Pause() => hasPrevious = false;

    public void Learn(double value)
    {
        Count = Math.Min(Count + 1, int.MaxValue - 1);
        double weight = 1 / Weight;
        double fromOld = value - Mean;
        Mean += weight * fromOld;
        double fromNew = value - Mean;
        variance += weight * ((fromOld * fromNew) - variance);
        if (hasPrevious)
        {
            covariance += weight * ((fromNew * (previous - Mean)) - covariance);
        }

        previous = value;
        hasPrevious = true;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(Count);
        writer.Double(Mean);
        writer.Double(variance);
        writer.Double(covariance);
        writer.Double(previous);
        writer.Boolean(hasPrevious);
    }

    public void Restore(StateReader reader)
    {
        Count = reader.Int32();
        Mean = reader.Double();
        variance = reader.Double();
        covariance = reader.Double();
        previous = reader.Double();
        hasPrevious = reader.Boolean();
        if (Count < 0 || !double.IsFinite(Mean) || !(variance >= 0))
        {
            throw new StateFormatException("A stored level is not a number.");
        }
    }
}
