using System.Collections.Immutable;
using Orleans;

namespace Millwright.Energy;

/// <summary>What one meter of one asset counted in one interval [Start, End), split by the asset's operating state.</summary>
[GenerateSerializer, Immutable, Alias("millwright.consumption-interval")]
public sealed record ConsumptionInterval
{
    /// <summary>
    /// Bits of <see cref="Sequence"/> below those that count how often the twin has lost its newest state: what it issues after a loss is
    /// above all that it had issued before, also what it no longer knows of.
    /// </summary>
    public const int LifeBits = 32;

    [Id(0)] public required string AssetId { get; init; }

    /// <summary>Meter id in the plant model; one asset may have several per medium.</summary>
    [Id(1)] public required string Meter { get; init; }

    /// <summary><c>electricity</c>, <c>compressed-air</c>, <c>water</c>, <c>gas</c> or <c>steam</c>.</summary>
    [Id(2)] public required string Medium { get; init; }

    /// <summary>Unit of the quantities, e.g. <c>kWh</c> or <c>m3</c>.</summary>
    [Id(3)] public required string Unit { get; init; }

    [Id(4)] public required DateTimeOffset Start { get; init; }

    [Id(5)] public required DateTimeOffset End { get; init; }

    [Id(6)] public required ImmutableArray<StateConsumption> States { get; init; }

    /// <summary>Share of the interval that is covered by measurements, 0 to 1.</summary>
    [Id(7)] public required double Completeness { get; init; }

    /// <summary>0 for the first issue; late samples issue an interval again.</summary>
    [Id(8)] public int Revision { get; init; }

    /// <summary>What the revision before held and what no longer counts; empty for the first issue.</summary>
    [Id(9)] public ImmutableArray<StateConsumption> Replaced { get; init; } = [];

    /// <summary>Grows with each interval that the asset's twin issues, so that a repetition is known; 0 from older versions.</summary>
    [Id(10)] public long Sequence { get; init; }

    /// <summary>
    /// What the twin issued up to this sequence since its last loss is in each state that it may fall back to: it will not forget it.
    /// </summary>
    [Id(11)] public long Recorded { get; init; }
}
