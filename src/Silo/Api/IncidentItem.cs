using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Millwright.Alerts;

namespace Millwright.Silo.Api;

/// <summary>An incident as the API shows it; a list leaves its alerts out.</summary>
internal sealed record IncidentItem
{
    public required string Id { get; init; }
    public required string AssetId { get; init; }
    public required AlertCategory Category { get; init; }
    public required ImmutableArray<string> Audience { get; init; }
    public required IncidentStatus Status { get; init; }
    public required int Severity { get; init; }
    public required string Title { get; init; }
    public required DateTimeOffset Opened { get; init; }
    public DateTimeOffset? Cleared { get; init; }
    public DateTimeOffset? ShelvedUntil { get; init; }
    public string? AcknowledgedBy { get; init; }
    public DateTimeOffset? AcknowledgedAt { get; init; }
    public string? Verdict { get; init; }
    public required string Comment { get; init; }
    public string? WorkOrderId { get; init; }
    public required long AlertCount { get; init; }
    public required ImmutableArray<string> ActiveAlertIds { get; init; }
    public required long Revision { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<JsonElement>? Alerts { get; init; }

    public static IncidentItem Of(IncidentState state) => new()
    {
        Id = state.Id,
        AssetId = state.AssetId,
        Category = state.Category,
        Audience = AudienceNames.Of(state.Audiences),
        Status = state.Status,
        Severity = state.Severity,
        Title = state.Title,
        Opened = state.Opened,
        Cleared = state.Cleared,
        ShelvedUntil = state.ShelvedUntil,
        AcknowledgedBy = state.AcknowledgedBy,
        AcknowledgedAt = state.AcknowledgedAt,
        Verdict = state.Verdict,
        Comment = state.Comment,
        WorkOrderId = state.WorkOrderId,
        AlertCount = state.AlertCount,
        ActiveAlertIds = state.ActiveAlertIds,
        Revision = state.Revision,
    };

    public static IncidentItem WithAlerts(IncidentState state, IAlertRenderer renderer) =>
        Of(state) with { Alerts = [.. state.Alerts.Select(a => JsonSerializer.Deserialize<JsonElement>(renderer.Render(a)))] };
}
