using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage.Rollups;
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

        List<BlockKey> keys = Keys(statements, twin, metric, points.From, points.To);
        var blocks = new BlockReader(statements, new MetricKey(twin, assetId, metric), keys);
        for (int i = 0; i < keys.Count && !points.IsFullBefore(new DateTimeOffset(keys[i].First, TimeSpan.Zero)); i++)
        {
            points.Add(blocks.Read(i), decoder);
        }

        return points.ToImmutable();
    }

    /// <summary>
    /// The newest samples in [from, to), and how many there are in all. Only the blocks that hold the newest are read, and those that the
    /// range cuts; the others are counted by what their rows say, so that samples stored twice after a fallback count twice.
    /// </summary>
    public static StoredTail ReadTail(
        Statements statements, string assetId, string metric, TailRange range, IHistoryDecoder decoder)
    {
        if (statements.Scalar("SELECT id FROM twin WHERE asset = $1", assetId) is not long twin)
        {
            return StoredTail.Empty;
        }

        List<BlockKey> keys = Keys(statements, twin, metric, range.From, range.To);
        long count = 0;
        long start = range.To.UtcTicks;
        var owner = new MetricKey(twin, assetId, metric);
        foreach (BlockKey key in keys.OrderByDescending(k => k.Last))
        {
            // Every block so far lies wholly behind the start.
            start = count < range.Limit ? Math.Min(start, key.First) : start;
            count += key.First >= range.From.UtcTicks && key.Last < range.To.UtcTicks
                ? key.Count
                : CountIn(new BlockReader(statements, owner, [key]).Read(0), range, decoder);
        }

        var points = new PointMerge(new DateTimeOffset(Math.Max(start, range.From.UtcTicks), TimeSpan.Zero), range.To, int.MaxValue);
        List<BlockKey> wanted = keys.FindAll(k => k.Last >= points.From.UtcTicks);
        var blocks = new BlockReader(statements, owner, wanted);
        for (int i = 0; i < wanted.Count; i++)
        {
            points.Add(blocks.Read(i), decoder);
        }

        ImmutableArray<HistoryPoint> newest = points.ToImmutable();
        return new StoredTail(count, newest[Math.Max(0, newest.Length - range.Limit)..]);
    }

    private static long CountIn(HistoryBlock block, TailRange range, IHistoryDecoder decoder)
    {
        List<HistoryPoint> points = [];
        decoder.Decode(block, points);
        return points.Count(point => point.EventTime >= range.From && point.EventTime < range.To);
    }

    private static List<BlockKey> Keys(Statements statements, long twin, string metric, DateTimeOffset from, DateTimeOffset to)
    {
        // Blocks with late samples overlap earlier ones, so a block is found by its end, and all are put in order of their start.
        using StoreRows rows = statements.Scan(
            $"""
            SELECT first, sequence, last, count FROM history {statements.ByIndex("history_by_time")}
            WHERE twin = $1 AND metric = $2 AND last >= $3 AND first < $4 ORDER BY first, sequence
            """,
            twin,
            metric,
            from.UtcTicks,
            to.UtcTicks);
        List<BlockKey> keys = [];
        while (rows.Read())
        {
            keys.Add(new BlockKey(rows.GetInt64(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3)));
        }

        return keys;
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

internal readonly record struct BlockKey(long First, long Sequence, long Last, long Count);

/// <summary>What is asked of the end of a range.</summary>
internal readonly record struct TailRange(DateTimeOffset From, DateTimeOffset To, int Limit);
