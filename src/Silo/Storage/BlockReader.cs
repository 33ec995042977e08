using Millwright.Grains.Twins;
using Millwright.Silo.Storage.Rollups;

namespace Millwright.Silo.Storage;

/// <summary>
/// Blocks of one metric by their keys. After the first, which may do, sixteen are asked for at a time: over a wire each question costs.
/// </summary>
internal sealed class BlockReader(Statements statements, MetricKey owner, List<BlockKey> keys)
{
    private const int Most = 16;

    private static readonly string One = $"SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1 AND sequence = $2";

    private static readonly string Some =
        $"""
        SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1
        AND sequence IN ({string.Join(", ", Enumerable.Range(2, Most).Select(i => $"${i}"))})
        """;

    private readonly Dictionary<long, HistoryBlock> blocks = [];
    private (int From, int To) held;

    /// <summary>Throws <see cref="DamagedRowException"/> for one that is damaged or gone.</summary>
    public HistoryBlock Read(int index)
    {
        if (index < held.From || index >= held.To)
        {
            Fetch(index, held.To == 0 ? 1 : Most);
        }

        return blocks.TryGetValue(keys[index].Sequence, out HistoryBlock? block) ? block : throw Damaged(keys[index].Sequence);
    }

    private void Fetch(int from, int most)
    {
        held = (from, Math.Min(from + most, keys.Count));

        // As many parameters each time, the last key again for those that are too many: so there are two texts only.
        object?[] values = new object?[1 + (held.To - from == 1 ? 1 : Most)];
        values[0] = owner.Twin;
        for (int i = 1; i < values.Length; i++)
        {
            values[i] = keys[Math.Min(from + i, held.To) - 1].Sequence;
        }

        blocks.Clear();
        using StoreRows rows = statements.Query(values.Length == 2 ? One : Some, values);
        while (rows.Read())
        {
            if (RowSum.IsWhole(rows, HistoryRows.Owner(owner.AssetId), HistoryRows.ColumnCount) && rows.GetString(2) == owner.Metric)
            {
                blocks[rows.GetInt64(1)] = HistoryRows.ToBlock(rows);
            }
        }
    }

    private DamagedRowException Damaged(long sequence) => new(new StoreDamage(
        "store.damaged", "history", $"Block {sequence} of {owner.AssetId}, metric {owner.Metric}, is damaged.")
    {
        Asset = owner.AssetId,
        Metric = owner.Metric,
        Sequence = sequence,
    });
}
