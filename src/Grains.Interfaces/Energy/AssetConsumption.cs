using System.Collections.Immutable;
using Orleans;

namespace Millwright.Energy;

/// <summary>Running totals of one meter.</summary>
[GenerateSerializer, Immutable, Alias("millwright.asset-consumption")]
public sealed record AssetConsumption
{
    [Id(0)] public required string AssetId { get; init; }

    [Id(1)] public required string Meter { get; init; }

    [Id(2)] public required string Medium { get; init; }

    [Id(3)] public required string Unit { get; init; }

    [Id(4)] public required DateTimeOffset From { get; init; }

    [Id(5)] public required DateTimeOffset To { get; init; }

    [Id(6)] public required ImmutableArray<StateConsumption> States { get; init; }

    [Id(7)] public required double Total { get; init; }

    /// <summary>Sequence of the newest interval in it.</summary>
    [Id(8)] public long Sequence { get; init; }
}
