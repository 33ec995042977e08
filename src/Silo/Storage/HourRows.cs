using Millwright.Core.Windows;
using Millwright.Silo.Storage.Rollups;

namespace Millwright.Silo.Storage;

/// <summary>Hours that outlive their minutes.</summary>
internal static class HourRows
{
    /// <summary>All columns but the sum, in the order of the sum.</summary>
    public const string Columns = "twin, metric, start, count, minimum, maximum, mean, deviation, last, completeness, stored";

    public const int ColumnCount = 11;

    private const int MinutesPerHour = 60;

    public static string Owner(string assetId) => "hour " + assetId;

    public static long FloorOf(long ticks) => ticks - (ticks % TimeSpan.TicksPerHour);

    public static long CeilingOf(long ticks) =>
        ticks > DateTimeOffset.MaxValue.Ticks - TimeSpan.TicksPerHour ? ticks : FloorOf(ticks + TimeSpan.TicksPerHour - 1);

    public static Rollup Merge(long start, IEnumerable<StoredMinute> minutes)
    {
        var merge = default(RollupMerge);
        foreach (StoredMinute minute in minutes)
        {
            Rollup part = minute.Rollup;
            merge.Add(new RollupPart(
                part.Count, part.Minimum, part.Maximum, part.Mean, part.StandardDeviation, part.Last, part.Completeness));
        }

        return new Rollup
        {
            Start = new DateTimeOffset(start, TimeSpan.Zero),
            Count = merge.Count,
            Minimum = merge.Minimum,
            Maximum = merge.Maximum,
            Mean = merge.Mean,
            StandardDeviation = merge.StandardDeviation,
            Last = merge.Last,
            Completeness = merge.Completeness / MinutesPerHour,
        };
    }

    /// <summary>An hour that was kept, with minutes that came after it; its last value stays.</summary>
    public static Rollup Join(Rollup kept, IEnumerable<StoredMinute> later)
    {
        Rollup hour = Merge(
            kept.Start.UtcTicks, [.. later, new StoredMinute(kept with { Completeness = kept.Completeness * MinutesPerHour }, 0)]);
        return hour with { Completeness = Math.Min(1, hour.Completeness) };
    }

    /// <summary>Keeps an hour for good, in the transaction that deletes these minutes: kept already, they are joined to it.</summary>
    public static void Keep(Statements statements, MetricKey key, long start, List<StoredMinute> minutes)
    {
        long stored = minutes.Max(m => m.Stored);
        Rollup hour = ReadOne(statements, key, start) is { } kept ? Join(kept, minutes) : Merge(start, minutes);
        object?[] values =
        [
            key.Twin, key.Metric, start, hour.Count, WindowRows.Number(hour.Minimum), WindowRows.Number(hour.Maximum),
            WindowRows.Number(hour.Mean), WindowRows.Number(hour.StandardDeviation), WindowRows.Number(hour.Last),
            WindowRows.Number(hour.Completeness), stored, null,
        ];
        values[^1] = RowSum.Of(Owner(key.AssetId), values.AsSpan(0, ColumnCount));
        statements.Execute(
            $"""
            INSERT INTO hour ({Columns}, crc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (twin, metric, start) DO UPDATE SET count = excluded.count, minimum = excluded.minimum, maximum = excluded.maximum,
                mean = excluded.mean, deviation = excluded.deviation, last = excluded.last, completeness = excluded.completeness,
                stored = excluded.stored, crc = excluded.crc
            """,
            values);
    }

    public static IEnumerable<Rollup> Read(Statements statements, MetricKey key, long from, long to, int limit)
    {
        using StoreRows rows = statements.Query(
            $"SELECT {Columns}, crc FROM hour WHERE twin = $1 AND metric = $2 AND start >= $3 AND start < $4 ORDER BY start LIMIT $5",
            key.Twin,
            key.Metric,
            from,
            to,
            limit);
        while (rows.Read())
        {
            yield return RowSum.IsWhole(rows, Owner(key.AssetId), ColumnCount)
                ? ToRollup(rows)
                : throw new DamagedRowException(DamageOf(rows, key.AssetId));
        }
    }

    public static StoreDamage DamageOf(StoreRows row, string assetId) =>
        new("store.damaged", "hour", $"An hour of {assetId}, metric {row.GetValue(1)}, is damaged.")
        {
            Asset = assetId,
            Metric = row.GetValue(1) as string,
        };

    private static Rollup? ReadOne(Statements statements, MetricKey key, long start) =>
        Read(statements, key, start, start + 1, 1).FirstOrDefault();

    private static Rollup ToRollup(StoreRows row) => new()
    {
        Start = new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero),
        Count = row.GetInt64(3),
        Minimum = WindowRows.Number(row, 4),
        Maximum = WindowRows.Number(row, 5),
        Mean = WindowRows.Number(row, 6),
        StandardDeviation = WindowRows.Number(row, 7),
        Last = WindowRows.Number(row, 8),
        Completeness = WindowRows.Number(row, 9),
    };
}
