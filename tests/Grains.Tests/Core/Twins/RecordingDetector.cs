using System.Collections.Immutable;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>Says of every observation what it saw, and counts them in its state.</summary>
internal sealed class RecordingDetector(string id = "recorder") : IDetector, IEndsAnomalies
{
    public DetectorIdentity Identity { get; } = new(id, "recording", "1");

    private long Seen { get; set; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        Seen++;
        findings.Add(new Anomaly
        {
            Detector = Identity,
            Metric = observation.Metric,
            IsRaised = true,
            EventTime = observation.EventTime,
            Score = 0,
            Threshold = Seen,
            WindowStart = observation.EventTime,
            WindowEnd = context.Watermark,
            // No share, so that two findings are equal when they saw the same.
            Completeness = observation.Value,
            Contributions = ImmutableArray<MetricContribution>.Empty,
        });
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    /// <summary>What it says is over at once.</summary>
    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
    }

    public void Save(StateWriter writer) => writer.Int64(Seen);

    public void Restore(StateReader reader) => Seen = reader.Int64();
}
