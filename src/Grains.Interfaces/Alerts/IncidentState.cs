using System.Collections.Immutable;
using Orleans;

namespace Millwright.Alerts;

/// <summary>An incident as operators see it; also the item of the incident stream.</summary>
[GenerateSerializer, Immutable, Alias("millwright.incident-state")]
public sealed record IncidentState
{
    /// <summary>
    /// The newest alerts kept in full: an incident is written on each report, so it stays small. All of them are in the alerts API.
    /// </summary>
    public const int MaxAlerts = 5;

    /// <summary>Most ids in <see cref="StandingAlertIds"/>; beyond it the oldest are let go.</summary>
    public const int MaxStanding = 256;

    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string AssetId { get; init; }

    [Id(2)] public required AlertCategory Category { get; init; }

    [Id(3)] public required Audiences Audiences { get; init; }

    [Id(4)] public required IncidentStatus Status { get; init; }

    /// <summary>Highest severity of its alerts, 1 to 1000.</summary>
    [Id(5)] public required int Severity { get; init; }

    /// <summary>Name of the most severe alert.</summary>
    [Id(6)] public required string Title { get; init; }

    /// <summary>Event time of the first alert.</summary>
    [Id(7)] public required DateTimeOffset Opened { get; init; }

    [Id(8)] public DateTimeOffset? Cleared { get; init; }

    [Id(9)] public DateTimeOffset? ShelvedUntil { get; init; }

    [Id(10)] public string? AcknowledgedBy { get; init; }

    [Id(11)] public DateTimeOffset? AcknowledgedAt { get; init; }

    [Id(12)] public string? Verdict { get; init; }

    /// <summary>The newest <see cref="MaxAlerts"/> events, oldest first.</summary>
    [Id(13)] public required ImmutableArray<AlertEvent> Alerts { get; init; }

    /// <summary>All alert events ever reported, the ones no longer kept included.</summary>
    [Id(14)] public required long AlertCount { get; init; }

    /// <summary>Alert ids raised and not yet cleared.</summary>
    [Id(15)] public required ImmutableArray<string> ActiveAlertIds { get; init; }

    [Id(16)] public string? WorkOrderId { get; init; }

    [Id(17)] public required long Revision { get; init; }

    [Id(18)] public string Comment { get; init; } = "";

    /// <summary>The newest alerts that were raised and not retracted, whether they have cleared or not.</summary>
    [Id(19)] public ImmutableArray<string> StandingAlertIds { get; init; } = [];

    /// <summary>All of its alerts were retracted: late samples have shown that there never was a cause. Its status is cleared.</summary>
    [Id(20)] public bool IsRetracted { get; init; }
}
