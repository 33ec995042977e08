using System.Collections.Immutable;
using Orleans;

namespace Millwright.Twins;

/// <summary>Why an asset did alert, and why it did not: all of its detectors at one moment of event time.</summary>
[GenerateSerializer, Immutable, Alias("millwright.twin-decisions")]
public sealed record TwinDecisions
{
    [Id(0)] public required string AssetId { get; init; }

    /// <summary>Event time of the newest sample that is considered; null before the first.</summary>
    [Id(1)] public DateTimeOffset? Newest { get; init; }

    [Id(2)] public DateTimeOffset? Watermark { get; init; }

    [Id(3)] public required string OperatingState { get; init; }

    /// <summary>By detector in the order of the model, then by metric.</summary>
    [Id(4)] public required ImmutableArray<DetectorDecision> Decisions { get; init; }
}
