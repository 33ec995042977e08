using System.Collections.Immutable;
using Millwright.Core.Alerting;

namespace Millwright.Grains.Replay;

/// <summary>What a detector would have said, against what was said.</summary>
public sealed record BacktestReport
{
    /// <summary>Most alerts listed of either side; the counts are of all.</summary>
    public const int MaxListed = 1_000;

    public required string AssetId { get; init; }

    public required string DetectorId { get; init; }

    public required string DetectorKind { get; init; }

    public required string DetectorVersion { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Event time of the oldest sample it learned from; null when history has none.</summary>
    public DateTimeOffset? LearnedFrom { get; init; }

    /// <summary>Samples replayed.</summary>
    public required int Samples { get; init; }

    /// <summary>Of its alerts: those that nothing raised overlaps.</summary>
    public required int Gained { get; init; }

    /// <summary>Of the alerts raised: those that none of its alerts overlaps.</summary>
    public required int Lost { get; init; }

    /// <summary>Of its alerts: those that overlap one that was raised.</summary>
    public required int Common { get; init; }

    /// <summary>Verdicts on what was raised.</summary>
    public required Precision Raised { get; init; }

    /// <summary>Verdicts on those of them that the candidate would raise too: its precision as far as anyone knows.</summary>
    public required Precision Kept { get; init; }

    /// <summary>Verdicts on those that it would not raise: right ones missed, nuisances spared.</summary>
    public required Precision Missed { get; init; }

    public required ImmutableArray<BacktestAlert> WouldRaise { get; init; }

    public required ImmutableArray<BacktestAlert> WasRaised { get; init; }

    /// <summary>More than <see cref="MaxListed"/> on one side.</summary>
    public required bool IsCut { get; init; }
}
