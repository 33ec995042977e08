using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Bench.Core;

/// <summary>The least that a detector does: one exponentially weighted mean. What is measured is the engine around it.</summary>
internal sealed class CheapDetector : IDetector
{
    private double mean;

    public DetectorIdentity Identity { get; } = new("cheap", "ewma", "1");

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings) =>
        mean += (observation.Value - mean) * 0.01;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void Save(StateWriter writer) => writer.Double(mean);

    public void Restore(StateReader reader) => mean = reader.Double();
}
