using Millwright.Alerts;
using Millwright.Grains.Replay;

namespace Millwright.Silo.Api;

/// <summary>The shape of one alert, for the description of the API: CloudEvents, rendered as they are sent.</summary>
internal sealed record AlertItem(object Current, IReadOnlyList<object> Events);

internal sealed record EvidenceItem
{
    public required string AlertId { get; init; }
    public required string AssetId { get; init; }
    public required string Subject { get; init; }
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>It no longer holds: late samples have shown otherwise.</summary>
    public required bool IsRetracted { get; init; }
    public required ExplanationItem Explanation { get; init; }
    public required ReplayedVerdictItem Verdict { get; init; }
    public required IReadOnlyList<WindowSamples> Samples { get; init; }
}

/// <param name="Count">All that history has in the window; what it holds twice, after a damaged checkpoint, counts twice.</param>
/// <param name="Points">Ascending; the newest 2,000 of them.</param>
internal sealed record WindowSamples(string Metric, long Count, IReadOnlyList<HistoryItem> Points);

internal sealed record ExplanationItem
{
    public required DecisionDetector Detector { get; init; }
    public required double Score { get; init; }
    public required double Threshold { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset To { get; init; }
    public required double Completeness { get; init; }
    public required IReadOnlyList<DecisionInput> Contributions { get; init; }

    /// <summary>Tried before the alert left: with it nothing begins. Empty when no value of one metric would have done.</summary>
    public required string Counterfactual { get; init; }
    public required string OperatingState { get; init; }

    /// <summary>Assets whose figures stood in for the asset's own baseline, which was not learned yet; 0 for its own.</summary>
    public required int PriorPeers { get; init; }

    public static ExplanationItem Of(AlertExplanation explanation) => new()
    {
        Detector = new DecisionDetector(explanation.DetectorId, explanation.DetectorKind, explanation.DetectorVersion),
        Score = explanation.Score,
        Threshold = explanation.Threshold,
        From = explanation.WindowStart,
        To = explanation.WindowEnd,
        Completeness = explanation.Completeness,
        Contributions = DecisionInput.Of(explanation.Contributions),
        Counterfactual = explanation.Counterfactual,
        OperatingState = explanation.OperatingState,
        PriorPeers = explanation.PriorPeers,
    };
}

/// <param name="Reproduced">
/// History, run through the twin's code from its first sample, comes to the same: the alert with the same explanation, or none for one that
/// was retracted. Null when it was not run to the end.
/// </param>
/// <param name="Reason">Why it was not reproduced; empty when it was.</param>
/// <param name="Replayed">Samples that were run.</param>
/// <param name="From">The oldest sample that history still has.</param>
/// <param name="Explanation">What the replay says; null when it raises no such alert.</param>
internal sealed record ReplayedVerdictItem(
    bool? Reproduced, string Reason, int Replayed, DateTimeOffset? From, ExplanationItem? Explanation)
{
    public static ReplayedVerdictItem Of(AlertEvent told, bool isRetracted, Inquiry<AlertEvent>? replayed)
    {
        if (replayed is null || !replayed.IsComplete)
        {
            return new ReplayedVerdictItem(
                null, replayed is null ? "history.notfound" : "replay.toolong", replayed?.Samples ?? 0, replayed?.From, null);
        }

        bool isFound = replayed.Answer is not null;
        bool isSame = replayed.Answer is { } again && IsSame(told.Explanation, again.Explanation);
        string reason = isRetracted
            ? isFound ? "alert.raised" : ""
            : isSame ? "" : isFound ? "explanation.differs" : "alert.notraised";
        return new ReplayedVerdictItem(
            reason.Length == 0, reason, replayed.Samples, replayed.From,
            replayed.Answer is { } found ? ExplanationItem.Of(found.Explanation) : null);
    }

    private static bool IsSame(AlertExplanation told, AlertExplanation again) =>
        told with { Contributions = [] } == again with { Contributions = [] } && told.Contributions.SequenceEqual(again.Contributions);
}
