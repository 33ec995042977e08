using System.Collections.Immutable;

namespace Millwright.Silo.Storage.Rollups;

/// <summary>History in two coarser tiers.</summary>
public interface IRollupStore
{
    /// <summary>
    /// Rollups that begin in [from, to), ascending, at most <paramref name="limit"/> (1 to 10,000 minutes, 1 to 1,000 hours). They end
    /// where
    /// the twin's last checkpoint ends.
    /// </summary>
    ValueTask<ImmutableArray<Rollup>> GetAsync(RollupQuery query, CancellationToken cancellationToken);
}

public sealed record RollupQuery(string AssetId, string Metric, RollupTier Tier, DateTimeOffset From, DateTimeOffset To, int Limit);
