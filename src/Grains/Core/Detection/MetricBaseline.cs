using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What a detector remembers of one metric in one operating state, and how it judges by it.</summary>
internal abstract class MetricBaseline
{
    /// <summary>0 to 1.</summary>
    public abstract double Warmup { get; }

    /// <summary>Judges a sample, then learns it. Samples come in event-time order and are finite.</summary>
    public abstract MetricJudgement Judge(in Observation observation, bool isActive);

    /// <summary>The metric was in another state meanwhile: the next sample is no neighbour of the last.</summary>
    public virtual void Resume()
    {
    }

    public abstract void Save(StateWriter writer);

    public abstract void Restore(StateReader reader);

    /// <summary>A number that was stored finite.</summary>
    protected static double Finite(StateReader reader)
    {
        double value = reader.Double();
        return double.IsFinite(value) ? value : throw new StateFormatException("A stored baseline holds a value that is not a number.");
    }

    protected static int Within(int value, int maximum) => value >= 0 && value <= maximum
        ? value
        : throw new StateFormatException($"A stored baseline counts {value}, at most {maximum} can be.");
}
