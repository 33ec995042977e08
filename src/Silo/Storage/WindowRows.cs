using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Windows to rows and back.</summary>
internal static class WindowRows
{
    private const int MaxLimit = 1_000;

    public static void Write(Statements statements, long twin, WindowResult window) =>
        statements.Execute(
            """
            INSERT INTO window (twin, metric, kind, size, start, "end", revision, closed, count, sum, minimum, maximum, mean, deviation, first, last,
                completeness, length)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            ON CONFLICT (twin, metric, kind, size, start) DO UPDATE SET "end" = excluded."end", revision = excluded.revision,
                closed = excluded.closed, count = excluded.count, sum = excluded.sum, minimum = excluded.minimum, maximum = excluded.maximum,
                mean = excluded.mean, deviation = excluded.deviation, first = excluded.first, last = excluded.last,
                completeness = excluded.completeness, length = excluded.length
            WHERE excluded.revision >= window.revision
            """,
            twin,
            window.Metric,
            window.Kind,
            KeySize(window),
            window.Start.UtcTicks,
            window.End.UtcTicks,
            window.Revision,
            window.IsClosed ? 1 : 0,
            window.Count,
            Number(window.Sum),
            Number(window.Minimum),
            Number(window.Maximum),
            Number(window.Mean),
            Number(window.StandardDeviation),
            Number(window.First),
            Number(window.Last),
            Number(window.Completeness),
            window.Size.Ticks);

    public static ImmutableArray<WindowResult> Read(Statements statements, WindowQuery query)
    {
        // NULL parameters switch a condition off, so that one statement serves all queries. A count of 0 is a session that has since joined another.
        using SqliteDataReader rows = statements.Query(
            """
            SELECT w.metric, w.kind, w.start, w."end", w.revision, w.closed, w.count, w.sum, w.minimum, w.maximum, w.mean, w.deviation, w.first, w.last,
                w.completeness, w.length
            FROM window w JOIN twin t ON t.id = w.twin
            WHERE t.asset = $1 AND w.count > 0 AND w.start >= $2 AND w.start < $3 AND ($4 IS NULL OR w.metric = $4) AND ($5 IS NULL OR w.kind = $5)
                AND ($6 IS NULL OR w.length = $6)
            ORDER BY w.start DESC, w.metric, w.kind, w.size LIMIT $7
            """,
            query.AssetId,
            query.From.UtcTicks,
            query.To.UtcTicks,
            query.Metric,
            query.Kind,
            query.Size?.Ticks,
            Math.Clamp(query.Limit, 0, MaxLimit));
        ImmutableArray<WindowResult>.Builder windows = ImmutableArray.CreateBuilder<WindowResult>();
        while (rows.Read())
        {
            windows.Add(ReadOne(rows, query.AssetId));
        }

        return windows.DrainToImmutable();
    }

    private static WindowResult ReadOne(SqliteDataReader row, string assetId) => new()
    {
        AssetId = assetId,
        Metric = row.GetString(0),
        Kind = row.GetString(1),
        Start = new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero),
        End = new DateTimeOffset(row.GetInt64(3), TimeSpan.Zero),
        Revision = row.GetInt32(4),
        IsClosed = row.GetInt64(5) != 0,
        Count = row.GetInt64(6),
        Sum = Number(row, 7),
        Minimum = Number(row, 8),
        Maximum = Number(row, 9),
        Mean = Number(row, 10),
        StandardDeviation = Number(row, 11),
        First = Number(row, 12),
        Last = Number(row, 13),
        Completeness = Number(row, 14),
        Size = TimeSpan.FromTicks(row.GetInt64(15)),
    };

    /// <summary>A session's length changes with each late sample, so it is not part of what makes it the same window.</summary>
    private static long KeySize(WindowResult window) => window.Kind == "session" ? 0 : window.Size.Ticks;

    /// <summary>SQLite has no NaN: it would store NULL anyway, so it is said.</summary>
    private static double? Number(double value) => double.IsNaN(value) ? null : value;

    private static double Number(SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);
}
