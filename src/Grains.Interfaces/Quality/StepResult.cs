using System.Collections.Immutable;
using Orleans;

namespace Millwright.Quality;

/// <summary>The parameters that were measured in one step on one unit.</summary>
[GenerateSerializer, Immutable, Alias("millwright.step-result")]
public sealed record StepResult
{
    /// <summary>Derived from unit, step, asset and event time.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string UnitId { get; init; }

    [Id(2)] public required string Step { get; init; }

    [Id(3)] public required string AssetId { get; init; }

    [Id(4)] public required DateTimeOffset EventTime { get; init; }

    [Id(5)] public required ImmutableArray<StepParameter> Parameters { get; init; }

    /// <summary>What its curve was worth; null when it has none, or none is judged yet. Filled by the quality grain.</summary>
    [Id(6)] public StepCurve? Curve { get; init; }
}
