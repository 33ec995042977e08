using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage;

/// <summary>
/// A twin's row and its two snapshots. The newest snapshot has the twin's epoch, or it is damaged or gone: then the store falls back.
/// </summary>
internal static class TwinRows
{
    /// <summary>Null when the twin was never written.</summary>
    public static TwinRow? Read(Statements statements, string assetId)
    {
        TwinRow? twin;
        using (StoreRows row = statements.Query("SELECT id, asset, epoch, saved, crc FROM twin WHERE asset = $1", assetId))
        {
            if (!row.Read())
            {
                return null;
            }

            twin = new TwinRow(row.GetInt64(0), assetId, Number(row, 2), RowSum.IsWhole(row, "twin", 4), []);
        }

        using StoreRows rows = statements.Query(
            "SELECT twin, slot, epoch, data, crc FROM snapshot WHERE twin = $1 ORDER BY epoch DESC", twin.Id);
        List<SnapshotRow> snapshots = [];
        while (rows.Read())
        {
            snapshots.Add(new SnapshotRow(Number(rows, 1), Number(rows, 2), rows.GetValue(3) as byte[] ?? [],
                RowSum.IsWhole(rows, "snapshot " + assetId, 4)));
        }

        return twin with { Snapshots = snapshots };
    }

    /// <summary>Takes the epoch, or throws when another activation has it. Returns the twin's row.</summary>
    public static long Fence(Statements statements, string assetId, long expected, long now)
    {
        (long Id, long Epoch, bool IsWhole)? known = null;
        using (StoreRows row = statements.Query("SELECT id, asset, epoch, saved, crc FROM twin WHERE asset = $1", assetId))
        {
            if (row.Read())
            {
                known = (row.GetInt64(0), Number(row, 2), RowSum.IsWhole(row, "twin", 4));
            }
        }

        if ((known?.Epoch ?? 0) != expected)
        {
            throw new TwinFencedException(
                $"Checkpoint of {assetId} refused: the store's epoch is no longer {expected}. Another activation has written.");
        }

        if (known is { IsWhole: false })
        {
            throw new TwinStoreException($"The stored row of {assetId} is damaged; the twin reloads.");
        }

        long id = known?.Id ?? (long)statements.Scalar(
            "INSERT INTO twin (asset, epoch, saved, crc) VALUES ($1, 0, 0, 0) RETURNING id", assetId)!;
        SetEpoch(statements, id, assetId, expected + 1, now);
        return id;
    }

    public static void WriteSnapshot(Statements statements, long twin, string assetId, long epoch, byte[] data) =>
        statements.Execute(
            """
            INSERT INTO snapshot (twin, slot, epoch, data, crc) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (twin, slot) DO UPDATE SET epoch = excluded.epoch, data = excluded.data, crc = excluded.crc
            """,
            twin,
            epoch % 2,
            epoch,
            data,
            RowSum.Of("snapshot " + assetId, twin, epoch % 2, epoch, data));

    /// <summary>
    /// Goes back to the newest whole snapshot. What belongs to newer ones goes with them: the log still holds the samples it was made of,
    /// and replay makes it again. The snapshot gets the twin's next epoch, so that activations which know any earlier one are fenced.
    /// Null when no snapshot is whole.
    /// </summary>
    public static StoredCheckpoint? FallBack(Statements statements, string assetId, long now)
    {
        statements.LockTwin(assetId);
        if (Read(statements, assetId) is not { } twin)
        {
            return null;
        }

        if (twin.Standing is { } standing)
        {
            return standing;
        }

        foreach (SnapshotRow damaged in twin.Snapshots.Where(s => !s.IsWhole))
        {
            SetAside(statements, twin.Id, damaged, now);
        }

        if (twin.Snapshots.Find(s => s.IsWhole) is not { } good)
        {
            return null;
        }

        statements.Execute("DELETE FROM history WHERE twin = $1 AND epoch > $2", twin.Id, good.Epoch);
        statements.Execute("DELETE FROM \"window\" WHERE twin = $1 AND epoch > $2", twin.Id, good.Epoch);
        statements.Execute("DELETE FROM window_past WHERE twin = $1 AND epoch > $2", twin.Id, good.Epoch);
        statements.Execute("DELETE FROM snapshot WHERE twin = $1", twin.Id);
        long epoch = Math.Max(twin.IsWhole ? twin.Epoch : 0, twin.Snapshots.Max(s => s.IsWhole ? s.Epoch : 0)) + 1;
        WriteSnapshot(statements, twin.Id, assetId, epoch, good.Data);
        SetEpoch(statements, twin.Id, assetId, epoch, now);
        return new StoredCheckpoint { Epoch = epoch, Snapshot = good.Data, IsFallback = true };
    }

    /// <summary>A damaged row may hold anything; what it is worth its sum says.</summary>
    private static long Number(StoreRows row, int column) => row.GetValue(column) is long number ? number : -1;

    private static void SetEpoch(Statements statements, long id, string assetId, long epoch, long now) =>
        statements.Execute(
            "UPDATE twin SET epoch = $2, saved = $3, crc = $4 WHERE id = $1",
            id,
            epoch,
            now,
            RowSum.Of("twin", id, assetId, epoch, now));

    private static void SetAside(Statements statements, long twin, SnapshotRow slot, long now)
    {
        statements.Execute(
            """
            INSERT INTO damaged (twin, epoch, crc, data, found) VALUES ($1, $2, 0, $3, $4)
            ON CONFLICT (twin, epoch) DO UPDATE SET data = excluded.data, found = excluded.found
            """,
            twin,
            slot.Epoch,
            slot.Data,
            now);
        statements.Execute("DELETE FROM snapshot WHERE twin = $1 AND slot = $2", twin, slot.Slot);
    }
}

internal sealed record TwinRow(long Id, string AssetId, long Epoch, bool IsWhole, List<SnapshotRow> Snapshots)
{
    /// <summary>
    /// The newest checkpoint, when row and snapshot are whole and belong together. Beyond the first there are two snapshots, or a fall back
    /// has left one.
    /// </summary>
    public StoredCheckpoint? Standing =>
        IsWhole && Snapshots.Count > 0 && Snapshots[0] is { IsWhole: true } newest && newest.Epoch == Epoch
            ? new StoredCheckpoint { Epoch = Epoch, Snapshot = newest.Data, IsFallback = Snapshots.Count == 1 && Epoch > 1 }
            : null;
}

internal sealed record SnapshotRow(long Slot, long Epoch, byte[] Data, bool IsWhole);
