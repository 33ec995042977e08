using System.Collections.Immutable;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>
/// Durable home of twins: checkpoint, history blocks and windows. One implementation per store; all of them pass the same suite.
/// </summary>
public interface ITwinStore
{
    /// <summary>
    /// Null when the twin was never written. Throws <see cref="TwinStoreException"/> when the store is away or the checkpoint is damaged.
    /// </summary>
    ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken);

    /// <summary>
    /// Writes everything in <paramref name="checkpoint"/> in one transaction, if the stored epoch still is <see
    /// cref="TwinCheckpoint.ExpectedEpoch"/>;
    /// otherwise another activation has written: <see cref="TwinFencedException"/>, and nothing is written.
    /// </summary>
    ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken);

    /// <summary>Raw samples in [from, to), ascending, at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// How many raw samples there are in [from, to), and the newest of them, at most <paramref name="limit"/>; what it reads is bounded
    /// by that.
    /// </summary>
    ValueTask<StoredTail> GetHistoryTailAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken);

    ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken);

    /// <summary>Ids of all twins ever written, ascending, after <paramref name="after"/>, at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken);
}
