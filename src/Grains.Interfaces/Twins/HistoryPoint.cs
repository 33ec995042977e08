using Millwright.Telemetry;
using Orleans;

namespace Millwright.Twins;

/// <summary>One raw sample of a metric's history.</summary>
[GenerateSerializer, Immutable, Alias("millwright.history-point")]
public readonly record struct HistoryPoint
{
    [Id(0)] public required DateTimeOffset EventTime { get; init; }

    /// <summary>NaN when the sample carries only <see cref="Text"/>.</summary>
    [Id(1)] public required double Value { get; init; }

    [Id(2)] public required SampleQuality Quality { get; init; }

    /// <summary>The text of a text metric; null for numbers.</summary>
    [Id(3)] public string? Text { get; init; }

    /// <summary>It came as a backfill: it moved neither a watermark nor a live value.</summary>
    [Id(4)] public bool Historical { get; init; }
}
