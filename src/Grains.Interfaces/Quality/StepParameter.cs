using Orleans;

namespace Millwright.Quality;

[GenerateSerializer, Immutable, Alias("millwright.step-parameter")]
public sealed record StepParameter
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required double Value { get; init; }

    [Id(2)] public string? Text { get; init; }

    [Id(3)] public required string Unit { get; init; }

    /// <summary>Limits that were in force; null for none. Filled by the quality grain.</summary>
    [Id(4)] public double? Lower { get; init; }

    [Id(5)] public double? Upper { get; init; }

    [Id(6)] public bool IsViolated { get; init; }
}
