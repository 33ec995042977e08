using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Verify;

/// <summary>
/// Reads everything and names what is not as it was written. The same code serves the scrubber, part by part, and <c>millwright verify</c>,
/// which gives it one transaction and so one instant.
/// </summary>
internal static class StoreVerifier
{
    /// <summary>All parts, in one pass.</summary>
    public static IEnumerable<StoreDamage> Everything(Statements statements, string path, long? mark, VerifyCounts counts)
    {
        IEnumerable<StoreDamage> found =
        [
            .. StoreCheck.Structure(statements),
            .. Guarded("sqlite_schema", () => StoreCheck.Schema(statements)),
            .. Guarded("counter", () => StoreCheck.LostCommits(statements, path, mark)),
        ];
        return found.Concat(Rows(statements, counts));
    }

    /// <summary>All rows of all assets, and those of none.</summary>
    public static IEnumerable<StoreDamage> Rows(Statements statements, VerifyCounts counts)
    {
        IEnumerable<StoreDamage> found = Guarded("twin", () => Orphans(statements));
        List<string> assets = [];
        found = [.. found, .. Guarded("twin", () => Assets(statements, assets))];
        foreach (string asset in assets)
        {
            found = found.Concat(Twin(statements, asset, counts));
        }

        return found.Concat(Shared(statements, counts));
    }

    /// <summary>One asset: its row, snapshots, chain, windows and hours.</summary>
    public static IEnumerable<StoreDamage> Twin(Statements statements, string assetId, VerifyCounts counts)
    {
        List<StoreDamage> found = [];
        TwinRow? twin = null;
        found.AddRange(Guarded("twin", () =>
        {
            twin = TwinRows.Read(statements, assetId);
            return [];
        }));
        if (twin is null)
        {
            return found.Count > 0 ? found : [Of("store.damaged", "twin", assetId, $"The row of {assetId} is not found by its id.")];
        }

        counts.Assets++;
        ChainHead? head = null;
        found.AddRange(Snapshots(twin, counts, ref head));
        found.AddRange(Guarded("history", () => ChainCheck.Run(statements, twin, head, counts)));
        found.AddRange(Guarded("window", () => RowCheck.Windows(statements, twin, counts)));
        found.AddRange(Guarded("hour", () => RowCheck.Hours(statements, twin, counts)));
        return found;
    }

    /// <summary>What belongs to no single asset.</summary>
    public static IEnumerable<StoreDamage> Shared(Statements statements, VerifyCounts counts) =>
    [
        .. Guarded("alert", () => RowCheck.Alerts(statements, counts)),
        .. Guarded("grain_state", () => RowCheck.States(statements, counts)),
    ];

    /// <summary>A tree that cannot be walked is a finding, and not the end of the search.</summary>
    internal static List<StoreDamage> Guarded(string table, Func<IEnumerable<StoreDamage>> part)
    {
        List<StoreDamage> found = [];
        try
        {
            foreach (StoreDamage damage in part())
            {
                found.Add(damage);
            }
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            found.Add(new StoreDamage("store.unreadable", table, $"The table {table} cannot be read to its end: {failure.Message}"));
        }

        return found;
    }

    internal static StoreDamage Of(string code, string table, string asset, string detail) => new(code, table, detail) { Asset = asset };

    private static IEnumerable<StoreDamage> Assets(Statements statements, List<string> assets)
    {
        using StoreRows rows = statements.Scan($"SELECT asset FROM twin {statements.NotIndexed} ORDER BY id");
        while (rows.Read())
        {
            assets.Add(rows.GetString(0));
        }

        return [];
    }

    private static IEnumerable<StoreDamage> Orphans(Statements statements)
    {
        foreach (string table in (string[])["snapshot", "history", "\"window\"", "window_past", "hour", "history_anchor"])
        {
            using StoreRows rows = statements.Query(
                $"SELECT DISTINCT twin FROM {table} WHERE twin NOT IN (SELECT id FROM twin) LIMIT 100");
            while (rows.Read())
            {
                string name = table.Trim('"');
                yield return new StoreDamage("twin.missing", name, $"Rows in {name} belong to twin {rows.GetInt64(0)}, which is gone.");
            }
        }
    }

    private static List<StoreDamage> Snapshots(TwinRow twin, VerifyCounts counts, ref ChainHead? head)
    {
        List<StoreDamage> found = [];
        if (!twin.IsWhole)
        {
            found.Add(Of("store.damaged", "twin", twin.AssetId, $"The row of {twin.AssetId} is damaged."));
        }

        foreach (SnapshotRow snapshot in twin.Snapshots)
        {
            counts.Snapshots++;
            if (!snapshot.IsWhole)
            {
                found.Add(Of("snapshot.damaged", "snapshot", twin.AssetId, $"Checkpoint {snapshot.Epoch} of {twin.AssetId} is damaged."));
            }
        }

        if (twin.Snapshots.Count == 0 || twin.Snapshots[0].Epoch != twin.Epoch)
        {
            found.Add(Of("snapshot.missing", "snapshot", twin.AssetId, $"Checkpoint {twin.Epoch} of {twin.AssetId} is gone."));
        }
        else if (twin.Snapshots[0].IsWhole)
        {
            try
            {
                head = TwinEnvelope.FromBytes(twin.Snapshots[0].Data).Chain;
            }
            catch (StateFormatException fault)
            {
                found.Add(Of("snapshot.unreadable", "snapshot", twin.AssetId, $"Checkpoint of {twin.AssetId}: {fault.Message}"));
            }
        }

        return found;
    }
}
