using System.Collections.Immutable;

namespace Millwright.Core.Peers;

/// <summary>What a <see cref="PeerSurvey"/> found of one asset.</summary>
/// <param name="Levels">Metrics in another unit left out.</param>
/// <param name="Correlations">By operating state, of all metrics of the question.</param>
public sealed record PeerFindings(
    string AssetId, ImmutableArray<PeerLevel> Levels, IReadOnlyDictionary<string, double[]> Correlations, long Samples);
