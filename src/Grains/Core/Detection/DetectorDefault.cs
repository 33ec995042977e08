using System.Collections.Immutable;

namespace Millwright.Core.Detection;

/// <summary>A detector that an asset gets without being configured.</summary>
/// <param name="Metrics">Indices into the twin's metric table.</param>
public sealed record DetectorDefault(
    DetectorIdentity Identity,
    ImmutableArray<int> Metrics,
    ImmutableDictionary<string, double> Parameters);
