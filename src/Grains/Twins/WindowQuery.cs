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

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;
}
