namespace Millwright.Recordings;

/// <summary>What one asset measured at one instant: one message on the wire.</summary>
public sealed record RecordedRecord
{
    /// <summary><c>namespace:name</c>.</summary>
    public required string AssetId { get; init; }

    /// <summary>Whole milliseconds.</summary>
    public required DateTimeOffset EventTime { get; init; }

    /// <summary>Under the metric names of the plant model in samples/.</summary>
    public required IReadOnlyList<RecordedValue> Values { get; init; }

    /// <summary>Serial number when the record is a production step; null otherwise.</summary>
    public string? Unit { get; init; }

    /// <summary>Name of the step; set together with <see cref="Unit"/>.</summary>
    public string? Step { get; init; }

    /// <summary>What the people who made the recording say about this instant; null when they say nothing. Never published.</summary>
    public string? Label { get; init; }

    /// <summary>Series that travel as arrays and become block metrics at the engine; not part of <see cref="Values"/>.</summary>
    public IReadOnlyList<RecordedBlock> Blocks { get; init; } = [];
}
