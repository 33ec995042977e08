using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>Selects stored alert events. Null means any.</summary>
public sealed record AlertQuery
{
    /// <summary>Of one event.</summary>
    public string? Id { get; init; }

    public string? AssetId { get; init; }

    public string? IncidentId { get; init; }

    public string? DetectorKind { get; init; }

    public Audiences? Audience { get; init; }

    public AlertKind? Kind { get; init; }

    public DateTimeOffset? From { get; init; }

    public DateTimeOffset? To { get; init; }

    /// <summary>Newest first: events before this ordinal.</summary>
    public long? Before { get; init; }

    /// <summary>Oldest first (resume): events after this ordinal. Not together with <see cref="Before"/>.</summary>
    public long? After { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
