using Millwright.Twins;

namespace Millwright.Silo.Storage.Rollups;

internal readonly record struct MetricKey(long Twin, string AssetId, string Metric);

/// <param name="Rollup">The minute.</param>
/// <param name="Stored">When it was written, in ticks.</param>
internal readonly record struct StoredMinute(Rollup Rollup, long Stored);

/// <summary>The one-minute windows of one metric.</summary>
internal static class MinuteRows
{
    public const string Kind = "tumbling";
    public const long Size = TimeSpan.TicksPerMinute;

    public static IEnumerable<StoredMinute> Read(Statements statements, MetricKey key, long from, long to)
    {
        using StoreRows rows = statements.Scan(
            $"""
            SELECT {WindowRows.Columns} FROM "window"
            WHERE twin = $1 AND metric = $2 AND kind = $3 AND size = $4 AND start >= $5 AND start < $6 ORDER BY start
            """,
            key.Twin,
            key.Metric,
            Kind,
            Size,
            from,
            to);
        while (rows.Read())
        {
            if (Of(rows, key.AssetId) is { } minute)
            {
                yield return minute;
            }
        }
    }

    /// <summary>Null for one without samples.</summary>
    public static StoredMinute? Of(StoreRows row, string assetId)
    {
        WindowResult window = WindowRows.ReadOne(row, assetId);
        return window.Count == 0 ? null : new StoredMinute(Of(window), row.GetInt64(WindowRows.StoredColumn));
    }

    private static Rollup Of(WindowResult window) => new()
    {
        Start = window.Start,
        Count = window.Count,
        Minimum = window.Minimum,
        Maximum = window.Maximum,
        Mean = window.Mean,
        StandardDeviation = window.StandardDeviation,
        Last = window.Last,
        Completeness = window.Completeness,
    };
}
