using Millwright.Grains.Replay;
using Millwright.Twins;

namespace Millwright.Cli.Replay;

/// <summary>Where a verification reads what a silo said and what it was told.</summary>
internal interface IVerifySource : IAsyncDisposable
{
    Task<IReadOnlyList<string>> GetAssetIdsAsync(CancellationToken cancellationToken);

    /// <summary>Null for an asset of which nothing is known.</summary>
    Task<StoredDigest?> GetDigestAsync(string assetId, CancellationToken cancellationToken);

    IAsyncEnumerable<HistoryPoint> GetHistoryAsync(string assetId, string metric, CancellationToken cancellationToken);
}
