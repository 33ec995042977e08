using System.Collections.Immutable;
using System.Data.Common;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>
/// Twins in an SQL database. Two snapshots are kept per twin, in turn: when the newest is damaged, it is set aside and the one before is
/// given out, under an epoch of its own, so that every activation that still holds an earlier one is fenced.
/// </summary>
public abstract partial class SqlTwinStore(StoreDatabase database, IHistoryDecoder decoder, TimeProvider time, ILogger logger) : ITwinStore
{
    public async ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken)
    {
        TwinRow? twin = await GuardAsync(
            database.ReadInstantAsync(statements => TwinRows.Read(statements, assetId), cancellationToken));
        if (twin?.Standing is { } standing)
        {
            return standing;
        }

        if (twin is null)
        {
            return null;
        }

        long now = time.GetUtcNow().UtcTicks;
        StoredCheckpoint? before =
            await GuardAsync(database.WriteAsync(statements => TwinRows.FallBack(statements, assetId, now), cancellationToken));
        LogDamaged(assetId, twin.Epoch);
        database.Report(new StoreDamage(
            "store.set-aside", "snapshot", $"Checkpoint {twin.Epoch} of {assetId} was damaged and set aside.") { Asset = assetId });
        return before ?? throw new TwinStoreException($"All stored checkpoints of {assetId} are damaged; " +
            $"they were set aside in the table \"damaged\".");
    }

    public abstract ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken);

    public async ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        Func<Statements, ImmutableArray<HistoryPoint>> query = statements =>
            HistoryRows.Read(statements, assetId, metric, new PointMerge(from, to, limit), decoder);
        return await GuardAsync(database.ReadAsync(query, cancellationToken));
    }

    public async ValueTask<StoredTail> GetHistoryTailAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        Func<Statements, StoredTail> query = statements =>
            HistoryRows.ReadTail(statements, assetId, metric, new TailRange(from, to, limit), decoder);
        return await GuardAsync(database.ReadAsync(query, cancellationToken));
    }

    public async ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken) =>
        await GuardAsync(database.ReadAsync(statements => WindowRows.Read(statements, query), cancellationToken));

    public async ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        Func<Statements, ImmutableArray<string>> query = statements =>
        {
            using StoreRows rows = statements.Query(
                "SELECT asset FROM twin WHERE asset > $1 ORDER BY asset LIMIT $2", after ?? "", Math.Clamp(limit, 0, 10_000));
            ImmutableArray<string>.Builder ids = ImmutableArray.CreateBuilder<string>();
            while (rows.Read())
            {
                ids.Add(rows.GetString(0));
            }

            return ids.DrainToImmutable();
        };
        return await GuardAsync(database.ReadAsync(query, cancellationToken));
    }

    internal static byte[] ToArray(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment)
            && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    private protected static async ValueTask<T> GuardAsync<T>(ValueTask<T> work)
    {
        try
        {
            return await work;
        }
        catch (Exception failure) when (failure is StoreException or DbException)
        {
            throw new TwinStoreException(failure.Message, failure);
        }
    }

    [LoggerMessage(3210, LogLevel.Error, "Checkpoint {Epoch} of {AssetId} is damaged; it was set aside and the one before is used.")]
    private partial void LogDamaged(string assetId, long epoch);
}
