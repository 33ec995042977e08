using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Windows to rows and back.</summary>
internal static class WindowRows
{
    private const int MaxLimit = 1_000;

    /// <summary>All columns but the sum, in the order of the sum.</summary>
    public const string Columns =
        """
        twin, metric, kind, size, start, "end", revision, closed, count, sum, minimum, maximum, mean, deviation, first, last, completeness,
        length, epoch, stored
        """;

    public const int ColumnCount = 20;

    /// <summary>A damaged row must not stop the write that would replace it, so only the revision is compared.</summary>
    public static void Write(Statements statements, long twin, WindowResult window, long epoch, long now)
    {
        object?[] values =
        [
            twin, window.Metric, window.Kind, KeySize(window), window.Start.UtcTicks, window.End.UtcTicks, window.Revision,
            window.IsClosed ? 1 : 0, window.Count, Number(window.Sum), Number(window.Minimum), Number(window.Maximum),
            Number(window.Mean), Number(window.StandardDeviation), Number(window.First), Number(window.Last), Number(window.Completeness),
            window.Size.Ticks, epoch, now, null,
        ];
        values[^1] = RowSum.Of(Owner(window.AssetId), values.AsSpan(0, ColumnCount));
        if (window.Revision > 1)
        {
            // As it is, with its sum: a damaged row stays one.
            statements.Execute(
                $"""
                INSERT OR REPLACE INTO window_past ({Columns}, crc) SELECT {Columns}, crc FROM window
                WHERE twin = $1 AND metric = $2 AND kind = $3 AND size = $4 AND start = $5 AND revision < $6
                """,
                [.. values.AsSpan(0, 5), values[6]]);
        }

        statements.Execute(
            $"""
            INSERT INTO window ({Columns}, crc)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            ON CONFLICT (twin, metric, kind, size, start) DO UPDATE SET "end" = excluded."end", revision = excluded.revision,
                closed = excluded.closed, count = excluded.count, sum = excluded.sum, minimum = excluded.minimum,
                maximum = excluded.maximum, mean = excluded.mean, deviation = excluded.deviation, first = excluded.first,
                last = excluded.last, completeness = excluded.completeness, length = excluded.length, epoch = excluded.epoch,
                stored = excluded.stored, crc = excluded.crc
            WHERE excluded.revision >= window.revision
            """,
            values);
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
        using SqliteDataReader rows = statements.Query(
            $"""
            SELECT {Columns}, crc FROM window
            WHERE twin = $1 AND start >= $2 AND start < $3 AND ($4 IS NULL OR metric = $4) AND ($5 IS NULL OR kind = $5)
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
        string one = $"SELECT {Columns}, crc FROM";
        const string wanted =
            "WHERE twin = $1 AND start >= $2 AND start < $3 AND ($4 IS NULL OR metric = $4) AND ($5 IS NULL OR kind = $5)";
        using SqliteDataReader rows = statements.Query(
            $"""
            {one} window {wanted} UNION ALL {one} window_past {wanted} ORDER BY start DESC, metric, kind, size, revision DESC
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
            if (key == last || rows.GetInt64(19) > known)
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

    public static WindowResult ReadOne(SqliteDataReader row, string assetId) =>
        RowSum.IsWhole(row, Owner(assetId), ColumnCount)
            ? ToWindow(row, assetId)
            : throw new DamagedRowException(DamageOf(row, assetId));

    /// <summary>What the row says of itself; any of it may be what is wrong.</summary>
    public static StoreDamage DamageOf(SqliteDataReader row, string assetId)
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

    private static WindowResult ToWindow(SqliteDataReader row, string assetId) => new()
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
    };

    /// <summary>A session's length changes with each late sample, so it is not part of what makes it the same window.</summary>
    private static long KeySize(WindowResult window) => window.Kind == "session" ? 0 : window.Size.Ticks;

    /// <summary>SQLite has no NaN: it would store NULL anyway, so it is said.</summary>
    public static double? Number(double value) => double.IsNaN(value) ? null : value;

    public static double Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);
}
