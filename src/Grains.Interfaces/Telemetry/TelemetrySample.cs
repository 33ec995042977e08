using Orleans;

namespace Millwright.Telemetry;

/// <summary>One value of one metric at one event time.</summary>
[GenerateSerializer, Immutable, Alias("millwright.telemetry-sample")]
public readonly record struct TelemetrySample
{
    /// <summary>Metric name as the plant model spells it; case-sensitive, 1 to 128 characters.</summary>
    [Id(0)] public required string Metric { get; init; }

    /// <summary>When it was measured, UTC.</summary>
    [Id(1)] public required DateTimeOffset EventTime { get; init; }

    /// <summary>The number; booleans are 0 and 1. NaN when the sample carries only <see cref="Text"/>.</summary>
    [Id(2)] public required double Value { get; init; }

    /// <summary>The text of a text metric (an operating state, a serial number); null for numbers.</summary>
    [Id(3)] public string? Text { get; init; }

    [Id(4)] public SampleQuality Quality { get; init; }

    /// <summary>Position of its record in the log named by the batch. All samples of one record share it.</summary>
    [Id(5)] public required long Position { get; init; }

    /// <summary>
    /// When we received it, UTC; written to the log with the record, so that a replay judges clock skew as the live run did.
    /// </summary>
    [Id(6)] public required DateTimeOffset IngestTime { get; init; }

    /// <summary>A historical sample (a backfill) never moves a watermark nor a live value.</summary>
    [Id(7)] public bool Historical { get; init; }

    /// <summary>The step of a produced unit to which the sample belongs; null for ordinary telemetry.</summary>
    [Id(8)] public UnitStep? Step { get; init; }
}
