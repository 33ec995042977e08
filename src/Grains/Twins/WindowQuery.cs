namespace Millwright.Grains.Twins;

/// <summary>Selects stored windows, newest first.</summary>
public sealed record WindowQuery
{
    public required string AssetId { get; init; }

    /// <summary>Null: all metrics.</summary>
    public string? Metric { get; init; }

    /// <summary>Null: all kinds.</summary>
    public string? Kind { get; init; }

    /// <summary>Null: all sizes.</summary>
    public TimeSpan? Size { get; init; }

    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>
    /// What was known at this instant: of each window the newest revision that was stored by then. A twin stores with its checkpoint, so
    /// up to its interval after it knew.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
