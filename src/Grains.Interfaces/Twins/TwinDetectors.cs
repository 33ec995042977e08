using System.Collections.Immutable;
using Orleans;

namespace Millwright.Twins;

/// <summary>All detectors of an asset, shadows too, and how they came to be what they are.</summary>
[GenerateSerializer, Immutable, Alias("millwright.twin-detectors")]
public sealed record TwinDetectors
{
    [Id(0)] public required string AssetId { get; init; }

    /// <summary>In the order of the model.</summary>
    [Id(1)] public required ImmutableArray<DetectorState> Detectors { get; init; }

    /// <summary>Changes that hold, oldest first.</summary>
    [Id(2)] public required ImmutableArray<DetectorChangeRecord> Changes { get; init; }
}
