using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Millwright.Grains.Twins;
using Millwright.Ingest.Log;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>
/// Twins in SQLite. Two snapshots are kept per twin, in turn: when the newest is damaged, it is set aside and the one before is given out,
/// under
/// the newest one's epoch, so that an activation that still holds that epoch stays fenced.
/// </summary>
public sealed partial class SqliteTwinStore(SqliteDatabase database, IHistoryDecoder decoder, TimeProvider time, ILogger<SqliteTwinStore> logger) : ITwinStore
{
    public async ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken)
    {
        List<Slot> slots = await GuardAsync(database.ReadAsync(statements => ReadSlots(statements, assetId), cancellationToken));
        if (slots.Count == 0)
        {
            return null;
        }

        long epoch = slots[0].TwinEpoch;
        foreach (Slot slot in slots)
        {
            if (slot.IsWhole)
            {
                return new StoredCheckpoint { Epoch = epoch, Snapshot = slot.Data };
            }

            LogDamaged(assetId, slot.Epoch);
            await GuardAsync(database.WriteAsync(statements => SetAside(statements, slot), cancellationToken));
        }

        throw new TwinStoreException($"All stored checkpoints of {assetId} are damaged; they were set aside in the table \"damaged\".");
    }

    public async ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken) =>
        await GuardAsync(database.WriteAsync(statements => Save(statements, checkpoint), cancellationToken));

    public async ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        Func<Statements, ImmutableArray<HistoryPoint>> query = statements =>
        {
            // Blocks may overlap after a twin has gone back to its previous checkpoint, so the first block is found by its end, not its
            // start.
            using SqliteDataReader rows = statements.Query(
                """
                SELECT h.first, h.last, h.count, h.data, h.crc FROM history h JOIN twin t ON t.id = h.twin
                WHERE t.asset = $1 AND h.metric = $2 AND h.first < $3 AND h.last >= $4 ORDER BY h.first
                """,
                assetId,
                metric,
                to.UtcTicks,
                from.UtcTicks);
            var points = new PointMerge(from, to, limit);
            while (!points.IsFull && rows.Read())
            {
                points.Add(ReadBlock(rows, assetId, metric), decoder);
            }

            return points.ToImmutable();
        };
        return await GuardAsync(database.ReadAsync(query, cancellationToken));
    }

    public async ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken) =>
        await GuardAsync(database.ReadAsync(statements => WindowRows.Read(statements, query), cancellationToken));

    public async ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        Func<Statements, ImmutableArray<string>> query = statements =>
        {
            using SqliteDataReader rows = statements.Query(
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
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment) && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    private static async ValueTask<T> GuardAsync<T>(ValueTask<T> work)
    {
        try
        {
            return await work;
        }
        catch (StoreException failure)
        {
            throw new TwinStoreException(failure.Message, failure);
        }
    }

    private static List<Slot> ReadSlots(Statements statements, string assetId)
    {
        using SqliteDataReader rows = statements.Query(
            "SELECT t.id, t.epoch, s.epoch, s.crc, s.data FROM twin t LEFT JOIN snapshot s ON s.twin = t.id WHERE t.asset = $1 ORDER BY s.epoch DESC", assetId);
        List<Slot> slots = [];
        while (rows.Read())
        {
            if (rows.IsDBNull(2))
            {
                // The twin is known, its snapshots are gone: a fresh start would pass for the truth.
                throw new TwinStoreException($"All stored checkpoints of {assetId} are damaged; they were set aside in the table \"damaged\".");
            }

            slots.Add(new Slot(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), (byte[])rows[4]));
        }

        return slots;
    }

    private static HistoryBlock ReadBlock(SqliteDataReader rows, string assetId, string metric)
    {
        var data = (byte[])rows[3];
        if (Crc32C.Of(data) != rows.GetInt64(4))
        {
            throw new TwinStoreException($"A history block of {assetId}, metric {metric}, at ticks {rows.GetInt64(0)} is damaged.");
        }

        return new HistoryBlock
        {
            Metric = metric,
            First = new DateTimeOffset(rows.GetInt64(0), TimeSpan.Zero),
            Last = new DateTimeOffset(rows.GetInt64(1), TimeSpan.Zero),
            Count = rows.GetInt32(2),
            Data = data,
        };
    }

    private bool SetAside(Statements statements, Slot slot)
    {
        statements.Execute(
            "INSERT OR REPLACE INTO damaged (twin, epoch, crc, data, found) VALUES ($1, $2, $3, $4, $5)",
            slot.Twin,
            slot.Epoch,
            slot.Crc,
            slot.Data,
            time.GetUtcNow().UtcTicks);
        return statements.Execute("DELETE FROM snapshot WHERE twin = $1 AND epoch = $2", slot.Twin, slot.Epoch) > 0;
    }

    private bool Save(Statements statements, TwinCheckpoint checkpoint)
    {
        long epoch = checkpoint.ExpectedEpoch + 1;
        long twin = Fence(statements, checkpoint.AssetId, checkpoint.ExpectedEpoch);
        byte[] snapshot = ToArray(checkpoint.Snapshot);
        statements.Execute(
            "INSERT OR REPLACE INTO snapshot (twin, slot, epoch, crc, data) VALUES ($1, $2, $3, $4, $5)",
            twin,
            epoch % 2,
            epoch,
            (long)Slot.SumOf(snapshot, epoch),
            snapshot);
        foreach (HistoryBlock block in checkpoint.Blocks)
        {
            byte[] data = ToArray(block.Data);
            statements.Execute(
                "INSERT OR REPLACE INTO history (twin, metric, first, last, count, epoch, crc, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                twin,
                block.Metric,
                block.First.UtcTicks,
                block.Last.UtcTicks,
                block.Count,
                epoch,
                (long)Crc32C.Of(data),
                data);
        }

        foreach (WindowResult window in checkpoint.Windows)
        {
            WindowRows.Write(statements, twin, window);
        }

        return true;
    }

    /// <summary>Takes the epoch, or throws when another activation has it. Returns the twin's row.</summary>
    private long Fence(Statements statements, string assetId, long expected)
    {
        long saved = time.GetUtcNow().UtcTicks;
        object? row = expected == 0
            ? statements.Scalar(
                "INSERT INTO twin (asset, epoch, saved) VALUES ($1, 1, $2) ON CONFLICT (asset) DO NOTHING RETURNING id", assetId, saved)
            : statements.Scalar(
                "UPDATE twin SET epoch = epoch + 1, saved = $3 WHERE asset = $1 AND epoch = $2 RETURNING id", assetId, expected, saved);
        return row is long id
            ? id
            : throw new TwinFencedException($"Checkpoint of {assetId} refused: the store's epoch is no longer {expected}. Another activation has written.");
    }

    [LoggerMessage(3210, LogLevel.Error, "Checkpoint {Epoch} of {AssetId} is damaged; it was set aside and the one before is used.")]
    private partial void LogDamaged(string assetId, long epoch);

    private sealed record Slot(long Twin, long TwinEpoch, long Epoch, long Crc, byte[] Data)
    {
        public bool IsWhole => SumOf(Data, Epoch) == Crc;

        /// <summary>Joined with the epoch: an older snapshot at the newer one's place is damage too.</summary>
        public static uint SumOf(byte[] data, long epoch) => Crc32C.Of(data, unchecked((uint)(epoch ^ (epoch >> 32))));
    }
}
