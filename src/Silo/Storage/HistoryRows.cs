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

    private const int MaxBlocksAtOnce = 16;

    private static readonly string OneBlock = $"SELECT {Columns}, crc FROM history WHERE twin = $1 AND sequence = $2";

    private static readonly string SomeBlocks =
        $"""
        SELECT {Columns}, crc FROM history WHERE twin = $1
        AND sequence IN ({string.Join(", ", Enumerable.Range(2, MaxBlocksAtOnce).Select(i => $"${i}"))})
        """;

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

        List<(long First, long Sequence)> keys = Keys(statements, twin, metric, points);
        int size = 1;
        for (int from = 0; from < keys.Count && !points.IsFullBefore(new DateTimeOffset(keys[from].First, TimeSpan.Zero)); from += size)
        {
            // One block may do; many are not to be asked for one by one over a wire.
            size = from == 0 ? 1 : MaxBlocksAtOnce;
            List<(long First, long Sequence)> some = keys.GetRange(from, Math.Min(size, keys.Count - from));
            Dictionary<long, HistoryBlock> blocks = ReadBlocks(statements, twin, assetId, metric, some);
            foreach ((long first, long sequence) in some)
            {
                if (points.IsFullBefore(new DateTimeOffset(first, TimeSpan.Zero)))
                {
                    break;
                }

                points.Add(blocks.TryGetValue(sequence, out HistoryBlock? block) ? block : throw Damaged(assetId, metric, sequence), decoder);
            }
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

    /// <summary>Those that are whole, by sequence.</summary>
    private static Dictionary<long, HistoryBlock> ReadBlocks(
        Statements statements, long twin, string assetId, string metric, List<(long First, long Sequence)> keys)
    {
        // As many parameters each time, the last one again for those that are too many: so there are two texts only.
        object?[] values = new object?[1 + (keys.Count == 1 ? 1 : MaxBlocksAtOnce)];
        values[0] = twin;
        for (int i = 1; i < values.Length; i++)
        {
            values[i] = keys[Math.Min(i, keys.Count) - 1].Sequence;
        }

        using StoreRows rows = statements.Query(values.Length == 2 ? OneBlock : SomeBlocks, values);
        Dictionary<long, HistoryBlock> blocks = [];
        while (rows.Read())
        {
            if (RowSum.IsWhole(rows, Owner(assetId), ColumnCount) && rows.GetString(2) == metric)
            {
                blocks[rows.GetInt64(1)] = ToBlock(rows);
            }
        }

        return blocks;
    }

    private static DamagedRowException Damaged(string assetId, string metric, long sequence) => new(new StoreDamage(
        "store.damaged", "history", $"Block {sequence} of {assetId}, metric {metric}, is damaged.")
    {
        Asset = assetId,
        Metric = metric,
        Sequence = sequence,
    });

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
