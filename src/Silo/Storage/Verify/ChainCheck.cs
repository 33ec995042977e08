using Microsoft.Data.Sqlite;
using Millwright.Core.History;
using Millwright.Grains.Twins;

namespace Millwright.Silo.Storage.Verify;

/// <summary>
/// One asset's chain from its anchor to the head in its checkpoint. After a fault the walk goes on from what is stored, so that one edit
/// is one finding and not the rest of the chain.
/// </summary>
internal sealed class ChainCheck
{
    /// <summary>Missing blocks named one by one; beyond it a range is.</summary>
    private const int MaxNamed = 1_000;

    private readonly Statements statements;
    private readonly TwinRow twin;
    private readonly VerifyCounts counts;
    private readonly List<StoreDamage> found = [];

    /// <summary>Hashes that the next block may build on; none when the block before it is missing.</summary>
    private readonly List<byte[]> before = [];
    private long sequence;
    private long faulty = -1;

    private ChainCheck(Statements statements, TwinRow twin, VerifyCounts counts)
    {
        this.statements = statements;
        this.twin = twin;
        this.counts = counts;
    }

    public static List<StoreDamage> Run(Statements statements, TwinRow twin, ChainHead? head, VerifyCounts counts)
    {
        var check = new ChainCheck(statements, twin, counts);
        check.ReadAnchor();
        check.Walk(head);
        check.CompareIndex();
        return check.found;
    }

    private void ReadAnchor()
    {
        before.Add(HistoryChain.Genesis.ToArray());
        using StoreRows row = statements.Query(
            $"SELECT {HistoryAnchor.Columns}, crc FROM history_anchor WHERE twin = $1", twin.Id);
        if (!row.Read())
        {
            return;
        }

        before.Clear();
        sequence = row.GetInt64(1);
        if (RowSum.IsWhole(row, HistoryAnchor.Owner(twin.AssetId), HistoryAnchor.ColumnCount))
        {
            before.Add((byte[])row[2]);
        }
        else
        {
            Report("history.anchor", sequence, null, $"The anchor of {twin.AssetId}'s chain is damaged.");
        }
    }

    private void Walk(ChainHead? head)
    {
        try
        {
            using StoreRows rows = statements.Scan(
                $"SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1 ORDER BY sequence", twin.Id);
            while (rows.Read())
            {
                Look(rows);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Search(head?.Sequence ?? sequence, failure.Message);
        }

        if (head is { } known)
        {
            CompareHead(known);
        }
    }

    /// <summary>The scan broke: each block that should be behind is asked for by its number.</summary>
    private void Search(long last, string fault)
    {
        for (long next = sequence + 1; next <= last; next++)
        {
            try
            {
                using StoreRows row = statements.Query(
                    $"SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1 AND sequence = $2", twin.Id, next);
                if (row.Read())
                {
                    Look(row);
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                sequence = next;
                before.Clear();
                Report("history.unreadable", next, null, $"Block {next} of {twin.AssetId} cannot be read: {fault}");
            }
        }
    }

    private void Look(StoreRows row)
    {
        counts.Blocks++;
        long stored = row.GetInt64(1);
        bool isWhole = RowSum.IsWhole(row, HistoryRows.Owner(twin.AssetId), HistoryRows.ColumnCount);
        if (isWhole && stored <= 0 && ((byte[])row[8]).Length == 0)
        {
            // From before there were chains.
            counts.Samples += row.GetInt64(5);
            return;
        }

        if (stored <= sequence && !isWhole)
        {
            // Retention passes what is damaged and moves the begin of the chain behind it.
            Report("history.damaged", stored, row, $"Block {stored} of {twin.AssetId} was edited.");
            return;
        }

        if (stored <= sequence)
        {
            Report("history.extra", stored, row, $"Block {stored} of {twin.AssetId} lies before the begin of its chain.");
            return;
        }

        Miss(sequence + 1, stored - 1);
        sequence = stored;
        if (isWhole)
        {
            LookAtLink(row);
            return;
        }

        Report("history.damaged", stored, row, $"Block {stored} of {twin.AssetId} was edited.");
        faulty = stored;
        List<byte[]> follow = [.. before.Select(hash => Next(hash, row)).OfType<byte[]>()];
        before.Clear();
        before.AddRange(follow);
        if (row.GetValue(8) is byte[] { Length: HistoryChain.HashBytes } kept)
        {
            before.Add(kept);
        }
    }

    private void LookAtLink(StoreRows row)
    {
        counts.Samples += row.GetInt64(5);
        var kept = (byte[])row[8];
        bool fits = before.Count == 0 || before.Exists(hash => Next(hash, row).AsSpan().SequenceEqual(kept));
        if (!fits && faulty != sequence - 1)
        {
            Report("history.chain", sequence, row, $"Block {sequence} of {twin.AssetId} does not continue the chain: it, or the one " +
                "before it, was replaced.");
        }

        before.Clear();
        before.Add(kept);
    }

    private byte[]? Next(byte[] hash, StoreRows row) =>
        row.GetValue(2) is string metric && row.GetValue(3) is long first && row.GetValue(4) is long last
            && row.GetValue(5) is long count and >= 0 and <= int.MaxValue && row.GetValue(9) is byte[] data
            ? HistoryChain.Next(hash, twin.AssetId, new ChainLink(row.GetInt64(1), metric, first, last, (int)count), data)
            : null;

    private void CompareHead(ChainHead head)
    {
        Miss(sequence + 1, head.Sequence);
        if (sequence > head.Sequence)
        {
            Report("history.extra", sequence, null, $"{twin.AssetId} has blocks up to {sequence}; its checkpoint knows {head.Sequence}.");
        }
        else if (sequence == head.Sequence && faulty != sequence && before.Count > 0
            && !before.Exists(hash => head.Hash.Span.SequenceEqual(hash)))
        {
            Report("history.chain", sequence, null, $"The last block of {twin.AssetId} is not the one that its checkpoint names.");
        }
    }

    private void Miss(long first, long last)
    {
        if (last < first)
        {
            return;
        }

        for (long missing = first; missing <= last && missing - first < MaxNamed; missing++)
        {
            Report("history.missing", missing, null, $"Block {missing} of {twin.AssetId} is missing.");
        }

        sequence = last;
        before.Clear();
    }

    /// <summary>The index is a second witness: it names what the table lost, and the other way round.</summary>
    private void CompareIndex()
    {
        if (!statements.HasWitness)
        {
            return;
        }

        const string Table = "SELECT sequence, metric, first, last FROM history NOT INDEXED WHERE twin = $1";
        const string Index = "SELECT sequence, metric, first, last FROM history INDEXED BY history_by_time WHERE twin = $1";
        foreach (string query in (string[])[$"{Table} EXCEPT {Index}", $"{Index} EXCEPT {Table}"])
        {
            found.AddRange(StoreVerifier.Guarded("history", () => Differences(query)));
        }
    }

    private List<StoreDamage> Differences(string query)
    {
        List<StoreDamage> differences = [];
        using StoreRows rows = statements.Query(query, twin.Id);
        while (rows.Read())
        {
            if (rows.GetValue(0) is long number)
            {
                differences.Add(Named(
                    "history.index", number, rows.GetValue(1) as string, Time(rows.GetValue(2)), Time(rows.GetValue(3)),
                    $"Block {number} of {twin.AssetId} differs between table and index."));
            }
        }

        return differences;
    }

    private void Report(string code, long number, StoreRows? row, string detail)
    {
        (string? Metric, DateTimeOffset? First, DateTimeOffset? Last) name = Witness(number)
            ?? (row?.GetValue(2) as string, Time(row?.GetValue(3)), Time(row?.GetValue(4)));
        found.Add(Named(code, number, name.Metric, name.First, name.Last, detail));
    }

    private (string? Metric, DateTimeOffset? First, DateTimeOffset? Last)? Witness(long number)
    {
        if (!statements.HasWitness)
        {
            return null;
        }

        try
        {
            using StoreRows row = statements.Query(
                "SELECT metric, first, last FROM history INDEXED BY history_by_time WHERE twin = $1 AND sequence = $2", twin.Id, number);
            return row.Read() ? (row.GetValue(0) as string, Time(row.GetValue(1)), Time(row.GetValue(2))) : null;
        }
        catch (SqliteException)
        {
            // The index is damaged too; the structure's findings say so.
            return null;
        }
    }

    private StoreDamage Named(string code, long number, string? metric, DateTimeOffset? first, DateTimeOffset? last, string detail) =>
        new(code, "history", $"{detail} Metric {metric ?? "unknown"}, {first:O} to {last:O}.")
        {
            Asset = twin.AssetId,
            Metric = metric,
            Sequence = number,
            From = first,
            To = last,
        };

    private static DateTimeOffset? Time(object? value) =>
        value is long ticks && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
}
