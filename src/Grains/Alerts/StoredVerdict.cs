using Millwright.Core.Alerting;

namespace Millwright.Grains.Alerts;

/// <summary>An operator's word on one alert.</summary>
public sealed record StoredVerdict
{
    public required string AlertId { get; init; }

    public required string AssetId { get; init; }

    public required string DetectorId { get; init; }

    public required string DetectorKind { get; init; }

    public required string DetectorVersion { get; init; }

    public required Verdict Verdict { get; init; }

    public required string Operator { get; init; }

    public string Comment { get; init; } = "";

    public required DateTimeOffset JudgedAt { get; init; }

    /// <summary>True: given to the alert itself. False: to the incident that it belongs to.</summary>
    public required bool IsOwn { get; init; }
}
