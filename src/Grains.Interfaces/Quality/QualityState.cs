using System.Collections.Immutable;
using Orleans;

namespace Millwright.Quality;

[GenerateSerializer, Immutable, Alias("millwright.quality-state")]
public sealed record QualityState
{
    [Id(0)] public required string Key { get; init; }

    [Id(1)] public required long Steps { get; init; }

    /// <summary>Steps with a violated limit or an unusual curve.</summary>
    [Id(2)] public required long Violations { get; init; }

    /// <summary>Serial numbers of the newest units with a violation, oldest first; at most 1,000.</summary>
    [Id(3)] public required ImmutableArray<string> UnitsAtRisk { get; init; }
}
