using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>History blocks to rows and back. Rows are added and, by retention or a fallback, deleted; never changed.</summary>
internal static class HistoryRows
{
    /// <summary>All columns but the sum, in the order of the sum.</summary>
    public const string Columns = "twin, sequence, metric, first, last, count, epoch, stored, hash, data";

    public const int ColumnCount = 10;

    public static void Add(Statements statements, long twin, string assetId, HistoryBlock block, long epoch, long now)
    {
        statements.Execute(
            $"INSERT INTO history ({Columns}, crc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            Values(twin, assetId, block, epoch, now));
    }

    /// <summary>All columns and the sum.</summary>
    public static object?[] Values(long twin, string assetId, HistoryBlock block, long epoch, long now)
    {
        object?[] values =
        [
            twin, block.Sequence, block.Metric, block.First.UtcTicks, block.Last.UtcTicks, (long)block.Count, epoch, now,
            SqlTwinStore.ToArray(block.Hash), SqlTwinStore.ToArray(block.Data), null,
        ];
        values[^1] = RowSum.Of(Owner(assetId), values.AsSpan(0, ColumnCount));
        return values;
    }

    public static string Owner(string assetId) => "history " + assetId;

    /// <summary>Samples in [from, to). First the keys, from the index alone; blocks are read until there are enough samples.</summary>
    public static ImmutableArray<HistoryPoint> Read(
        Statements statements, string assetId, string metric, PointMerge points, IHistoryDecoder decoder)
    {
        if (statements.Scalar("SELECT id FROM twin WHERE asset = $1", assetId) is not long twin)
        {
            return [];
        }

        foreach ((long first, long sequence) in Keys(statements, twin, metric, points))
        {
            if (points.IsFullBefore(new DateTimeOffset(first, TimeSpan.Zero)))
            {
                break;
            }

            points.Add(ReadBlock(statements, twin, assetId, metric, sequence), decoder);
        }

        return points.ToImmutable();
    }

    private static List<(long First, long Sequence)> Keys(Statements statements, long twin, string metric, PointMerge points)
    {
        // Blocks with late samples overlap earlier ones, so a block is found by its end, and all are put in order of their start.
        using StoreRows rows = statements.Scan(
            $"""
            SELECT first, sequence FROM history {statements.ByIndex("history_by_time")}
            WHERE twin = $1 AND metric = $2 AND last >= $3 AND first < $4 ORDER BY first, sequence
            """,
            twin,
            metric,
            points.From.UtcTicks,
            points.To.UtcTicks);
        List<(long First, long Sequence)> keys = [];
        while (rows.Read())
        {
            keys.Add((rows.GetInt64(0), rows.GetInt64(1)));
        }

        return keys;
    }

    private static HistoryBlock ReadBlock(Statements statements, long twin, string assetId, string metric, long sequence)
    {
        using StoreRows row = statements.Query(
            $"SELECT {Columns}, crc FROM history WHERE twin = $1 AND sequence = $2", twin, sequence);
        if (!row.Read() || !RowSum.IsWhole(row, Owner(assetId), ColumnCount) || row.GetString(2) != metric)
        {
            throw new DamagedRowException(new StoreDamage(
                "store.damaged", "history", $"Block {sequence} of {assetId}, metric {metric}, is damaged.")
            {
                Asset = assetId,
                Metric = metric,
                Sequence = sequence,
            });
        }

        return ToBlock(row);
    }

    public static StoreDamage DamageOf(StoreRows row, string assetId) =>
        new("store.damaged", "history", $"Block {row.GetValue(1)} of {assetId}, metric {row.GetValue(2)}, is damaged.")
        {
            Asset = assetId,
            Metric = row.GetValue(2) as string,
            Sequence = row.GetValue(1) as long?,
        };

    public static HistoryBlock ToBlock(StoreRows row) => new()
    {
        Sequence = row.GetInt64(1),
        Metric = row.GetString(2),
        First = new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero),
        Last = new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero),
        Count = row.GetInt32(5),
        Hash = (byte[])row[8],
        Data = (byte[])row[9],
    };
}
