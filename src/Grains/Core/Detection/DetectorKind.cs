using System.Collections.Immutable;

namespace Millwright.Core.Detection;

/// <summary>One entry of the catalogue: what a plant model may write under a detector of this kind.</summary>
/// <param name="MinMetrics">Fewest metrics with which it can judge.</param>
/// <param name="MaxMetrics">Most metrics it watches: the bound of its memory.</param>
public sealed record DetectorKind(
    string Name,
    string Description,
    int MinMetrics,
    int MaxMetrics,
    ImmutableArray<DetectorParameter> Parameters)
{
    /// <summary>Most metrics of a detector that judges each for itself.</summary>
    public const int MaxSingleMetrics = 10_000;

    /// <summary>Says what is wrong between parameters that are fine each for itself.</summary>
    internal Func<ParameterValues, IEnumerable<string>> Relations { get; init; } = static _ => [];
}
