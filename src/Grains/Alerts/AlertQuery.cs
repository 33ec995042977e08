using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>Selects stored alert events. Null means any.</summary>
public sealed record AlertQuery
{
    public string? AssetId { get; init; }

    public string? IncidentId { get; init; }

    public string? DetectorKind { get; init; }

    public Audiences? Audience { get; init; }

    public AlertKind? Kind { get; init; }

    /// <summary>The alert that events speak of.</summary>
    public string? AlertId { get; init; }

    /// <summary>One event.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// What was known at this instant of the engine's clock: of each alert the newest event that was recorded by then. The other
    /// conditions apply to that event.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Newest first: events before this ordinal.</summary>
    public long? Before { get; init; }

    /// <summary>Oldest first (resume): events after this ordinal. Not together with <see cref="Before"/>.</summary>
    public long? After { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
