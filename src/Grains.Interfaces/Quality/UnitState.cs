using System.Collections.Immutable;
using Orleans;

namespace Millwright.Quality;

[GenerateSerializer, Immutable, Alias("millwright.unit-state")]
public sealed record UnitState
{
    public const int MaxSteps = 1_000;

    [Id(0)] public required string UnitId { get; init; }

    /// <summary>By event time, oldest first.</summary>
    [Id(1)] public required ImmutableArray<StepResult> Steps { get; init; }

    /// <summary>True once any step violated a limit, or had an unusual curve.</summary>
    [Id(2)] public required bool IsAtRisk { get; init; }
}
