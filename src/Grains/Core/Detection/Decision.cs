using System.Collections.Immutable;

namespace Millwright.Core.Detection;

/// <summary>
/// What a detector made of the last observation that it judged of one subject. Anomalies are the edges, this is the level between them: it
/// answers why something did not alert.
/// </summary>
public sealed record Decision
{
    public required DetectorIdentity Detector { get; init; }

    /// <summary>The metric it is about; -1 when it is about several together.</summary>
    public required int Metric { get; init; }

    /// <summary>Event time of the newest observation in the judgement.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>NaN while there is none, e.g. in the warm-up.</summary>
    public required double Score { get; init; }

    /// <summary>The score at and above which it fires.</summary>
    public required double Threshold { get; init; }

    public required DecisionVerdict Verdict { get; init; }

    /// <summary>0 to 1: how much of the warm-up is done; 1 when it judges.</summary>
    public double Warmup { get; init; } = 1;

    /// <summary>Assets whose figures stand in for the baseline while <see cref="Warmup"/> is not done; 0 for the asset's own.</summary>
    public int PriorPeers { get; init; }

    /// <summary>Sum to <see cref="Score"/> within 1e-6, largest first; empty when there is no score.</summary>
    public ImmutableArray<MetricContribution> Contributions { get; init; } = [];
}
