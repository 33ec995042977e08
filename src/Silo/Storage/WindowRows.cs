using System.Collections.Immutable;
using Millwright.Core.Windows;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Windows to rows and back.</summary>
internal static class WindowRows
{
    private const int MaxLimit = 1_000;

    /// <summary>
    /// In the order of the sum. The detail is behind it and summed last, if there is one: rows without any are as they were.
    /// </summary>
    public const string Columns =
        """
        twin, metric, kind, size, start, "end", revision, closed, count, sum, minimum, maximum, mean, deviation, first, last, completeness,
        length, epoch, stored, crc, detail
        """;

    /// <summary>Everything that is not in the key of either table.</summary>
    public const string Replacement =
        """
        "end" = excluded."end", closed = excluded.closed, count = excluded.count, sum = excluded.sum, minimum = excluded.minimum,
        maximum = excluded.maximum, mean = excluded.mean, deviation = excluded.deviation, first = excluded.first, last = excluded.last,
        completeness = excluded.completeness, length = excluded.length, epoch = excluded.epoch, stored = excluded.stored,
        crc = excluded.crc, detail = excluded.detail
        """;

    /// <summary>When it was written, in ticks.</summary>
    public const int StoredColumn = SumColumn - 1;

    private const string Wanted =
        """
        WHERE twin = $1 AND start >= $2 AND start < $3 AND (CAST($4 AS text) IS NULL OR metric = $4)
            AND (CAST($5 AS text) IS NULL OR kind = $5)
        """;

    private const int SumColumn = 20;
    private const int DetailColumn = 21;

    /// <summary>A damaged row must not stop the write that would replace it, so only the revision is compared.</summary>
    public static void Write(Statements statements, long twin, WindowResult window, long epoch, long now)
    {
        object?[] values = Values(twin, window, epoch, now);
        if (window.Revision > 1)
        {
            // As it is, with its sum: a damaged row stays one.
            statements.Execute(
                $"""
                INSERT INTO window_past ({Columns}) SELECT {Columns} FROM "window"
                WHERE twin = $1 AND metric = $2 AND kind = $3 AND size = $4 AND start = $5 AND revision < $6
                ON CONFLICT (twin, metric, kind, size, start, revision) DO UPDATE SET {Replacement}, revision = excluded.revision
                """,
                [.. values.AsSpan(0, 5), values[6]]);
        }

        statements.Execute(
            $"""
            INSERT INTO "window" ({Columns})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
            ON CONFLICT (twin, metric, kind, size, start) DO UPDATE SET {Replacement}, revision = excluded.revision
            WHERE excluded.revision >= "window".revision
            """,
            values);
    }

    /// <summary>All columns, in their order.</summary>
    public static object?[] Values(long twin, WindowResult window, long epoch, long now)
    {
        object?[] values =
        [
            twin, window.Metric, window.Kind, KeySize(window), window.Start.UtcTicks, window.End.UtcTicks, (long)window.Revision,
            window.IsClosed ? 1L : 0L, window.Count, Number(window.Sum), Number(window.Minimum), Number(window.Maximum),
            Number(window.Mean), Number(window.StandardDeviation), Number(window.First), Number(window.Last), Number(window.Completeness),
            window.Size.Ticks, epoch, now, null, window.Detail is { } detail ? StateJson.Text(detail) : null,
        ];
        values[SumColumn] = SumOf(Owner(window.AssetId), values);
        return values;
    }

    public static string Owner(string assetId) => "window " + assetId;

    public static ImmutableArray<WindowResult> Read(Statements statements, WindowQuery query)
    {
        if (statements.Scalar("SELECT id FROM twin WHERE asset = $1", query.AssetId) is not long twin)
        {
            return [];
        }

        if (query.AsOf is { } known)
        {
            return ReadPast(statements, twin, query, known.UtcTicks);
        }

        // NULL parameters switch a condition off, so that one statement serves all queries. Only columns of the key are asked for here: a
        // condition on any other would hide a damaged row before its sum is looked at.
        using StoreRows rows = statements.Scan(
            $"""
            SELECT {Columns} FROM "window"
            {Wanted}
            ORDER BY start DESC, metric, kind, size
            """,
            twin,
            query.From.UtcTicks,
            query.To.UtcTicks,
            query.Metric,
            query.Kind);
        ImmutableArray<WindowResult>.Builder windows = ImmutableArray.CreateBuilder<WindowResult>();
        int limit = Math.Clamp(query.Limit, 0, MaxLimit);
        while (windows.Count < limit && rows.Read())
        {
            // A count of 0 is a session that has since joined another.
            WindowResult window = ReadOne(rows, query.AssetId);
            if (window.Count > 0 && (query.Size is null || window.Size == query.Size))
            {
                windows.Add(window);
            }
        }

        return windows.DrainToImmutable();
    }

    private static ImmutableArray<WindowResult> ReadPast(Statements statements, long twin, WindowQuery query, long known)
    {
        string one = $"SELECT {Columns} FROM";
        using StoreRows rows = statements.Scan(
            $"""
            {one} "window" {Wanted} UNION ALL {one} window_past {Wanted} ORDER BY start DESC, metric, kind, size, revision DESC
            """,
            twin,
            query.From.UtcTicks,
            query.To.UtcTicks,
            query.Metric,
            query.Kind);
        ImmutableArray<WindowResult>.Builder windows = ImmutableArray.CreateBuilder<WindowResult>();
        int limit = Math.Clamp(query.Limit, 0, MaxLimit);
        (string, string, long, long) last = default;
        while (windows.Count < limit && rows.Read())
        {
            WindowResult window = ReadOne(rows, query.AssetId);
            (string, string, long, long) key = (rows.GetString(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt64(4));
            if (key == last || rows.GetInt64(StoredColumn) > known)
            {
                continue;
            }

            last = key;
            if (window.Count > 0 && (query.Size is null || window.Size == query.Size))
            {
                windows.Add(window);
            }
        }

        return windows.DrainToImmutable();
    }

    public static WindowResult ReadOne(StoreRows row, string assetId) =>
        IsWhole(row, assetId)
            ? ToWindow(row, assetId)
            : throw new DamagedRowException(DamageOf(row, assetId));

    public static bool IsWhole(StoreRows row, string assetId)
    {
        object?[] values = new object?[DetailColumn + 1];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = row.IsDBNull(i) ? null : row.GetValue(i);
        }

        return values[SumColumn] is long sum && sum == SumOf(Owner(assetId), values);
    }

    /// <summary>What the row says of itself; any of it may be what is wrong.</summary>
    public static StoreDamage DamageOf(StoreRows row, string assetId)
    {
        DateTimeOffset? start = row.GetValue(4) is long ticks && ticks >= 0 && ticks <= DateTimeOffset.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        return new StoreDamage("store.damaged", "window", $"A window of {assetId}, metric {row.GetValue(1)}, at {start:O} is damaged.")
        {
            Asset = assetId,
            Metric = row.GetValue(1) as string,
            From = start,
        };
    }

    private static WindowResult ToWindow(StoreRows row, string assetId) => new()
    {
        AssetId = assetId,
        Metric = row.GetString(1),
        Kind = row.GetString(2),
        Start = new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero),
        End = new DateTimeOffset(row.GetInt64(5), TimeSpan.Zero),
        Revision = row.GetInt32(6),
        IsClosed = row.GetInt64(7) != 0,
        Count = row.GetInt64(8),
        Sum = Number(row, 9),
        Minimum = Number(row, 10),
        Maximum = Number(row, 11),
        Mean = Number(row, 12),
        StandardDeviation = Number(row, 13),
        First = Number(row, 14),
        Last = Number(row, 15),
        Completeness = Number(row, 16),
        Size = TimeSpan.FromTicks(row.GetInt64(17)),
        Detail = row.IsDBNull(DetailColumn)
            ? null : StateJson.OfText<WindowResultDetail>(row.GetString(DetailColumn), "A window's detail"),
    };

    private static long SumOf(string owner, ReadOnlySpan<object?> values) => values[DetailColumn] is { } detail
        ? RowSum.Of(owner, [.. values[..SumColumn], detail])
        : RowSum.Of(owner, values[..SumColumn]);

    /// <summary>
    /// The length of a session or of a stay in a state changes with late samples, so it is not part of what makes it the same window.
    /// </summary>
    private static long KeySize(WindowResult window) => WindowKinds.HasOwnLength(window.Kind) ? 0 : window.Size.Ticks;

    /// <summary>SQLite has no NaN: it would store NULL anyway, so it is said.</summary>
    public static double? Number(double value) => double.IsNaN(value) ? null : value;

    public static double Number(StoreRows row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);
}
