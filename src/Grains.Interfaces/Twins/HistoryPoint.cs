using Millwright.Telemetry;
using Orleans;

namespace Millwright.Twins;

/// <summary>One raw sample of a metric's history.</summary>
[GenerateSerializer, Immutable, Alias("millwright.history-point")]
public readonly record struct HistoryPoint
{
    [Id(0)] public required DateTimeOffset EventTime { get; init; }

    [Id(1)] public required double Value { get; init; }

    [Id(2)] public required SampleQuality Quality { get; init; }
}
