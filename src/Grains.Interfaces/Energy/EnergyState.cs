using System.Collections.Immutable;
using Orleans;

namespace Millwright.Energy;

/// <summary>Consumption of a line or site since its first interval.</summary>
[GenerateSerializer, Immutable, Alias("millwright.energy-state")]
public sealed record EnergyState
{
    [Id(0)] public required string Key { get; init; }

    [Id(1)] public required ImmutableArray<AssetConsumption> Assets { get; init; }

    /// <summary>Newest last; at most 1,000 are kept.</summary>
    [Id(2)] public required ImmutableArray<IdleWaste> IdleWaste { get; init; }
}
