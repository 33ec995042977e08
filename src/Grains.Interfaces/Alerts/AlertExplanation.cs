using System.Collections.Immutable;
using Orleans;

namespace Millwright.Alerts;

/// <summary>Why a detector fired, in figures that can be checked against the history.</summary>
[GenerateSerializer, Immutable, Alias("millwright.alert-explanation")]
public sealed record AlertExplanation
{
    /// <summary>Detector id in the plant model.</summary>
    [Id(0)] public required string DetectorId { get; init; }

    /// <summary>Detector kind, e.g. <c>robust-z</c>.</summary>
    [Id(1)] public required string DetectorKind { get; init; }

    [Id(2)] public required string DetectorVersion { get; init; }

    [Id(3)] public required double Score { get; init; }

    /// <summary>The detector fires when the score is at or above this.</summary>
    [Id(4)] public required double Threshold { get; init; }

    [Id(5)] public required DateTimeOffset WindowStart { get; init; }

    [Id(6)] public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>Share of expected samples in the window, 0 to 1.</summary>
    [Id(7)] public required double Completeness { get; init; }

    /// <summary>Sum to <see cref="Score"/> within 1e-6; largest first.</summary>
    [Id(8)] public required ImmutableArray<Contribution> Contributions { get; init; }

    /// <summary>What would have had to be true for it not to fire, e.g. <c>vibration &lt;= 4.21 mm/s</c>.</summary>
    [Id(9)] public required string Counterfactual { get; init; }

    [Id(10)] public required string OperatingState { get; init; }

    /// <summary>Null when the detector does not look ahead, or sees no crossing.</summary>
    [Id(11)] public AlertForecast? Forecast { get; init; }

    /// <summary>
    /// Assets whose figures stood in for the baseline, because the asset's own was not learned yet; 0 when it was its own.
    /// </summary>
    [Id(12)] public int PriorPeers { get; init; }
}
