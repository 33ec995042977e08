namespace Millwright.Core.Detection;

/// <summary>Findings about one metric: its whole score is its own contribution.</summary>
internal static class Finding
{
    /// <summary>
    /// Ceiling of every score. Beyond it a score says nothing more ("far out"), while its reciprocal and sums still have exact digits.
    /// </summary>
    public const double MaxScore = 1e6;

    public static Anomaly OfOne(
        DetectorIdentity detector,
        in Observation observation,
        bool isRaised,
        double score,
        double threshold,
        double baseline) => new()
    {
        Detector = detector,
        Metric = observation.Metric,
        IsRaised = isRaised,
        EventTime = observation.EventTime,
        Score = score,
        Threshold = threshold,
        WindowStart = observation.EventTime,
        WindowEnd = observation.EventTime,
        Completeness = 1,
        Contributions = [new MetricContribution(observation.Metric, observation.Value, baseline, score)],
    };
}
