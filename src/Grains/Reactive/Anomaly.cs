namespace Millwright.Detectors;

/// <summary>What a detector of one's own finds: an anomaly of a metric begins, or ends.</summary>
public sealed record Anomaly
{
    /// <summary>One of the metrics that the detector watches.</summary>
    public required string Metric { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    public required bool Begins { get; init; }

    /// <summary>Finite; at or above the threshold when it begins.</summary>
    public double Score { get; init; } = 1;

    /// <summary>Above 0.</summary>
    public double Threshold { get; init; } = 1;

    public double Observed { get; init; }

    /// <summary>What was normal, in the metric's unit.</summary>
    public double Baseline { get; init; }

    public static Anomaly Begin(in Sample sample, double baseline, double score = 1, double threshold = 1) => new()
    {
        Metric = sample.Metric,
        EventTime = sample.EventTime,
        Begins = true,
        Observed = sample.Value,
        Baseline = baseline,
        Score = score,
        Threshold = threshold,
    };

    public static Anomaly End(in Sample sample) => new()
    {
        Metric = sample.Metric, EventTime = sample.EventTime, Begins = false, Observed = sample.Value, Baseline = sample.Value, Score = 0,
    };
}
