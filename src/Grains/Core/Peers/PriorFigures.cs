using System.Collections.Immutable;

namespace Millwright.Core.Peers;

/// <summary>
/// What the peers of an asset are like in one operating state, as far as a baseline that has learned nothing yet can use it.
/// </summary>
public sealed record PriorFigures
{
    public const int MaxMetrics = 32;
    public const int MaxPeers = 1_000;
    public const int MaxName = 128;

    /// <summary>Operating state that the figures are of.</summary>
    public required string State { get; init; }

    /// <summary>How many assets stand behind the figures.</summary>
    public required int Peers { get; init; }

    /// <summary>Samples of all of them together.</summary>
    public required long Samples { get; init; }

    /// <summary>1 to <see cref="MaxMetrics"/>, each once.</summary>
    public required ImmutableArray<PriorMetric> Metrics { get; init; }

    /// <summary>
    /// Lower triangle of the correlations between metrics, row by row without the diagonal; empty when they are not known. A detector of
    /// several metrics then adopts nothing.
    /// </summary>
    public ImmutableArray<double> Correlations { get; init; } = [];

    /// <summary>Of two metrics, by their places.</summary>
    public double Correlation(int one, int other) =>
        one == other ? 1 : Correlations[(Math.Max(one, other) * (Math.Max(one, other) - 1) / 2) + Math.Min(one, other)];
}
