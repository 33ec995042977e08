using Millwright.Grains.Twins;
using Millwright.Twins;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// The statements of a commit of checkpoints. A batch is one implicit transaction: the server commits it at its end, or undoes all of it.
/// </summary>
internal static class TwinBatch
{
    private static readonly ColumnArrays Fences = new("id, asset, epoch, saved, crc, token, old_epoch, old_crc", "ntnnnnnn");
    private static readonly ColumnArrays Snapshots = new("twin, slot, epoch, data, crc", "nnnbn");
    private static readonly ColumnArrays Blocks = new(HistoryRows.Columns + ", crc", "nntnnnnnbbn");
    private static readonly ColumnArrays Windows = new(WindowRows.Columns, "nttnnnnnndddddddd" + "nnnnt");
    private static readonly ColumnArrays WindowKeys = new("twin, metric, kind, size, start, revision", "nttnnn");

    private static readonly string Fence =
        $"""
        UPDATE twin SET epoch = given.epoch, saved = given.saved, crc = given.crc, token = given.token FROM {Fences.From}
        WHERE twin.id = given.id AND twin.epoch = given.old_epoch AND twin.crc = given.old_crc
        """;

    private static readonly string Begin =
        $"""
        INSERT INTO twin (id, asset, epoch, saved, crc, token) SELECT id, asset, epoch, saved, crc, token FROM {Fences.From}
        ON CONFLICT DO NOTHING
        """;

    private static readonly string Snapshot =
        $"""
        INSERT INTO snapshot ({Snapshots.Names}) SELECT {Of(Snapshots)} FROM {Snapshots.From} {Ours(Snapshots)}
        ON CONFLICT (twin, slot) DO UPDATE SET epoch = excluded.epoch, data = excluded.data, crc = excluded.crc
        """;

    private static readonly string Block =
        $"INSERT INTO history ({Blocks.Names}) SELECT {Of(Blocks)} FROM {Blocks.From} {Ours(Blocks)}";

    /// <summary>As it is, with its sum: a damaged row stays one.</summary>
    private static readonly string Past =
        $"""
        INSERT INTO window_past ({WindowRows.Columns}) SELECT {Of(Windows, "standing")} FROM {WindowKeys.From} {Ours(WindowKeys)}
        JOIN "window" standing ON standing.twin = given.twin AND standing.metric = given.metric AND standing.kind = given.kind
            AND standing.size = given.size AND standing.start = given.start AND standing.revision < given.revision
        ON CONFLICT (twin, metric, kind, size, start, revision) DO UPDATE SET {WindowRows.Replacement}
        """;

    private static readonly string Window =
        $"""
        INSERT INTO "window" ({WindowRows.Columns}) SELECT {Of(Windows)} FROM {Windows.From} {Ours(Windows)}
        ON CONFLICT (twin, metric, kind, size, start) DO UPDATE SET {WindowRows.Replacement}, revision = excluded.revision
        WHERE excluded.revision >= "window".revision
        """;

    /// <summary>Rows of twins that were ever written, by asset.</summary>
    public static async Task<Dictionary<string, TwinStanding>> ReadAsync(NpgsqlConnection connection, List<PendingTwin> twins)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, asset, epoch, saved, crc, token FROM twin WHERE asset = ANY($1)", connection);
        command.Parameters.Add(ColumnArrays.Texts(twins.Select(twin => twin.AssetId)));
        var rows = new Dictionary<string, TwinStanding>(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            (long id, string asset, long epoch) = (reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2));
            long sum = reader.GetInt64(4);
            rows[asset] = new TwinStanding(
                id, epoch, sum, reader.GetInt64(5), sum == RowSum.Of("twin", id, asset, epoch, reader.GetInt64(3)));
        }

        return rows;
    }

    public static async Task<List<long>> NextIdsAsync(NpgsqlConnection connection, int count)
    {
        List<long> ids = [];
        if (count > 0)
        {
            await using var command = new NpgsqlCommand("SELECT nextval('twin_id') FROM generate_series(1, $1)", connection);
            command.Parameters.Add(new NpgsqlParameter { Value = count });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                ids.Add(reader.GetInt64(0));
            }
        }

        return ids;
    }

    /// <summary>Returns the tokens of the checkpoints that were written; the others were fenced.</summary>
    public static async Task<HashSet<long>> ExecuteAsync(NpgsqlConnection connection, List<PendingTwin> twins)
    {
        await using NpgsqlBatch batch = Build(connection, twins);
        HashSet<long> committed = [];
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                // The locks answer with numbers of another kind.
                if (reader.GetName(0) == "token")
                {
                    committed.Add(reader.GetInt64(0));
                }
            }
        }
        while (await reader.NextResultAsync());

        // Not before this is the commit answered.
        await reader.CloseAsync();
        return committed;
    }

    private static NpgsqlBatch Build(NpgsqlConnection connection, List<PendingTwin> twins)
    {
        var batch = new NpgsqlBatch(connection);
        long[] tokens = [.. twins.Select(twin => twin.Tokens[^1])];
        List<object?[]> known = [.. twins.Where(twin => !twin.IsNew).Select(FenceRow)];
        if (known.Count > 0)
        {
            // In one order, whoever locks them; and each later statement then sees what the one before waited for.
            Add(batch, "SELECT id FROM twin WHERE id = ANY($1) ORDER BY id FOR UPDATE",
                ColumnArrays.Numbers(twins.Where(twin => !twin.IsNew).Select(twin => twin.Id!.Value)));
            Add(batch, Fence, Fences, known);
        }

        IEnumerable<PendingTwin> young = twins.Where(twin => twin.IsNew).OrderBy(twin => twin.AssetId, StringComparer.Ordinal);
        Add(batch, Begin, Fences, [.. young.Select(FenceRow)]);
        Add(batch, Snapshot, Snapshots, [.. twins.Select(SnapshotRow)], tokens);
        Add(batch, Block, Blocks, [.. twins.SelectMany(BlockRows)], tokens);
        AddWindows(batch, [.. twins.SelectMany(WindowRowsOf)], tokens);
        Add(batch, "SELECT token FROM twin WHERE id = ANY($1) AND token = ANY($2)",
            ColumnArrays.Numbers(twins.Select(twin => twin.Id!.Value)), ColumnArrays.Numbers(tokens));
        return batch;
    }

    /// <summary>
    /// One statement may write a row once only, so further revisions of the same window follow in statements of their own.
    /// </summary>
    private static void AddWindows(NpgsqlBatch batch, List<object?[]> windows, long[] tokens)
    {
        while (windows.Count > 0)
        {
            HashSet<(object?, object?, object?, object?, object?)> keys = [];
            ILookup<bool, object?[]> split = windows.ToLookup(row => keys.Add((row[0], row[1], row[2], row[3], row[4])));
            IEnumerable<object?[]> again = split[true].Where(row => row[6] is > 1L);
            Add(batch, Past, WindowKeys, [.. again.Select(row => (object?[])[.. row[..5], row[6]])], tokens);
            Add(batch, Window, Windows, [.. split[true]], tokens);
            windows = [.. split[false]];
        }
    }

    private static object?[] FenceRow(PendingTwin twin) =>
    [
        twin.Id!.Value, twin.AssetId, twin.Epoch, twin.Now, twin.NewSum, twin.Tokens[^1], twin.Checkpoint.ExpectedEpoch, twin.Sum,
    ];

    private static object?[] SnapshotRow(PendingTwin twin)
    {
        byte[] data = SqlTwinStore.ToArray(twin.Checkpoint.Snapshot);
        long sum = RowSum.Of("snapshot " + twin.AssetId, twin.Id!.Value, twin.Epoch % 2, twin.Epoch, data);
        return [twin.Id!.Value, twin.Epoch % 2, twin.Epoch, data, sum];
    }

    private static IEnumerable<object?[]> BlockRows(PendingTwin twin)
    {
        foreach (HistoryBlock block in twin.Checkpoint.Blocks)
        {
            yield return HistoryRows.Values(twin.Id!.Value, twin.AssetId, block, twin.Epoch, twin.Now);
        }
    }

    private static IEnumerable<object?[]> WindowRowsOf(PendingTwin twin)
    {
        foreach (WindowResult window in twin.Checkpoint.Windows)
        {
            yield return WindowRows.Values(twin.Id!.Value, window, twin.Epoch, twin.Now);
        }
    }

    private static string Of(ColumnArrays columns, string table = "given") =>
        string.Join(", ", columns.Names.Split(',', StringSplitOptions.TrimEntries).Select(name => $"{table}.{name}"));

    /// <summary>Where the fence held: the twin's row bears a token of this attempt.</summary>
    private static string Ours(ColumnArrays columns) =>
        $"JOIN twin ON twin.id = given.twin AND twin.token = ANY(${columns.Count + 1})";

    private static void Add(NpgsqlBatch batch, string sql, ColumnArrays columns, List<object?[]> rows, long[]? tokens = null)
    {
        if (rows.Count == 0)
        {
            return;
        }

        NpgsqlBatchCommand command = Command(sql);
        columns.AddTo(command.Parameters, rows);
        if (tokens is not null)
        {
            command.Parameters.Add(ColumnArrays.Numbers(tokens));
        }

        batch.BatchCommands.Add(command);
    }

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        NpgsqlBatchCommand command = Command(sql);
        foreach (NpgsqlParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

#pragma warning disable CA2100 // The texts are constants and joins of constants; values go through parameters only.
    private static NpgsqlBatchCommand Command(string sql) => new(sql);
#pragma warning restore CA2100
}
