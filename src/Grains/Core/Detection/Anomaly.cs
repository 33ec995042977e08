using System.Collections.Immutable;
using Millwright.Core.Prognosis;

namespace Millwright.Core.Detection;

/// <summary>A detector's finding: an anomaly of a subject begins or ends.</summary>
public sealed record Anomaly
{
    public required DetectorIdentity Detector { get; init; }

    /// <summary>The metric it is about; -1 when it is about several together.</summary>
    public required int Metric { get; init; }

    /// <summary>True when the anomaly begins, false when it ends.</summary>
    public required bool IsRaised { get; init; }

    /// <summary>It ends because its detector no longer speaks, and not because of anything that was measured.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Event time of the verdict. For an end: of the observation that ended it.</summary>
    public required DateTimeOffset EventTime { get; init; }

    public required double Score { get; init; }

    /// <summary>The score at and above which it fires.</summary>
    public required double Threshold { get; init; }

    public required DateTimeOffset WindowStart { get; init; }

    public required DateTimeOffset WindowEnd { get; init; }

    public required double Completeness { get; init; }

    /// <summary>Sum to <see cref="Score"/> within 1e-6; largest first.</summary>
    public required ImmutableArray<MetricContribution> Contributions { get; init; }

    /// <summary>A value of <see cref="CounterfactualMetric"/> at which it would not have fired; null when there is none.</summary>
    public double? CounterfactualValue { get; init; }

    /// <summary>Assets whose figures stood in for a baseline that was not learned yet; 0 when it was the asset's own.</summary>
    public int PriorPeers { get; init; }

    /// <summary>Where it leads, from a detector that looks ahead; null from others.</summary>
    public ComponentForecast? Forecast { get; init; }

    public int CounterfactualMetric { get; init; } = -1;

    /// <summary>True: the metric would have to be at or below the value; false: at or above.</summary>
    public bool CounterfactualIsUpper { get; init; }

    /// <summary>Name of the operating state in which it was found; set by the twin.</summary>
    public string OperatingState { get; init; } = Twins.OperatingStateRule.Unknown;

    /// <summary>
    /// How far event time had come when it was found; never before <see cref="EventTime"/> minus a detector's own delay. Set by the twin:
    /// a rewind to an instant takes back what was found at it and after it.
    /// </summary>
    public DateTimeOffset FoundAt { get; init; }

    /// <summary>The twin has tried the counterfactual, if there was one. Set by the twin.</summary>
    public bool IsChecked { get; init; }

    /// <summary>
    /// The contract of every finding. Shares beyond a million that cancel each other leave the rounding of their own size.
    /// </summary>
    internal bool SumsUp =>
        Math.Abs(Contributions.Sum(c => c.Share) - Score) <= Math.Max(1e-6, Contributions.Sum(c => Math.Abs(c.Share)) * 1e-12);
}
