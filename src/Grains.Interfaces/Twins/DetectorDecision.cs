using System.Collections.Immutable;
using Millwright.Alerts;
using Orleans;

namespace Millwright.Twins;

/// <summary>What one detector of an asset made of one subject, whether it alerted or not.</summary>
[GenerateSerializer, Immutable, Alias("millwright.detector-decision")]
public sealed record DetectorDecision
{
    [Id(0)] public required string DetectorId { get; init; }

    [Id(1)] public required string DetectorKind { get; init; }

    [Id(2)] public required string DetectorVersion { get; init; }

    /// <summary>The metric it is about, or the detector's id when it is about several together.</summary>
    [Id(3)] public required string Subject { get; init; }

    [Id(4)] public required DetectorVerdict Verdict { get; init; }

    /// <summary>Event time of the newest observation in the judgement; null when there is none.</summary>
    [Id(5)] public DateTimeOffset? EventTime { get; init; }

    /// <summary>NaN while there is none.</summary>
    [Id(6)] public required double Score { get; init; }

    /// <summary>The score at and above which it fires; NaN when unknown.</summary>
    [Id(7)] public required double Threshold { get; init; }

    /// <summary>0 to 1: how much of the warm-up is done.</summary>
    [Id(8)] public required double Warmup { get; init; }

    /// <summary>What went into the judgement. Shares sum to <see cref="Score"/> within 1e-6 where there is one.</summary>
    [Id(9)] public required ImmutableArray<Contribution> Inputs { get; init; }

    /// <summary>Why it is not an alert, or no further one; empty when the score says it all.</summary>
    [Id(10)] public required ImmutableArray<Suppression> SuppressedBy { get; init; }

    /// <summary>The open alert that this is; null when there is none.</summary>
    [Id(11)] public string? AlertId { get; init; }

    /// <summary>Assets whose figures stand in for the baseline until the warm-up is done; 0 when it is the asset's own.</summary>
    [Id(12)] public int PriorPeers { get; init; }
}
