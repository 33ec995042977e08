using Millwright.Telemetry;
using Orleans;

namespace Millwright.Twins;

/// <summary>Last value of one metric.</summary>
[GenerateSerializer, Immutable, Alias("millwright.metric-state")]
public sealed record MetricState
{
    [Id(0)] public required string Name { get; init; }

    /// <summary>Unit of the plant model (UCUM or the plant's own spelling); empty when unknown.</summary>
    [Id(1)] public required string Unit { get; init; }

    [Id(2)] public required double Value { get; init; }

    [Id(3)] public string? Text { get; init; }

    [Id(4)] public required DateTimeOffset EventTime { get; init; }

    [Id(5)] public required SampleQuality Quality { get; init; }

    /// <summary>Counts accepted values of this metric.</summary>
    [Id(6)] public required long Revision { get; init; }
}
