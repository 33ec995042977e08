using System.Collections.Immutable;

namespace Millwright.Plant;

/// <summary>Either a model, or every fault that was found.</summary>
public sealed record PlantLoadResult
{
    /// <summary>Null when there is any fault: a half-read plant would judge machines by the wrong limits.</summary>
    public PlantModel? Model { get; init; }

    public required ImmutableArray<PlantFault> Faults { get; init; }
}
