using System.Collections.Immutable;

namespace Millwright.Plant;

/// <summary>Either a detector, or every fault that was found.</summary>
public sealed record DetectorLoadResult(DetectorDefinition? Detector, ImmutableArray<PlantFault> Faults);
