using System.Collections.Immutable;

namespace Millwright.Silo.Storage.Rollups;

/// <summary>
/// Minutes are the one-minute windows that every twin keeps. Hours are put together from them when they are asked for, and for good before
/// retention deletes their minutes: there is one mechanism, and a late sample that re-issues a minute re-issues its hour.
/// </summary>
public sealed class SqlRollupStore(StoreDatabase database) : IRollupStore
{
    private const int MaxMinutes = 10_001;
    private const int MaxHours = 1_001;

    public ValueTask<ImmutableArray<Rollup>> GetAsync(RollupQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements => statements.Scalar("SELECT id FROM twin WHERE asset = $1", query.AssetId) is not long twin ? []
                : query.Tier == RollupTier.Minute ? Minutes(statements, twin, query) : Hours(statements, twin, query),
            cancellationToken);

    private static ImmutableArray<Rollup> Minutes(Statements statements, long twin, RollupQuery query) =>
    [
        .. MinuteRows.Read(statements, new MetricKey(twin, query.AssetId, query.Metric), query.From.UtcTicks, query.To.UtcTicks)
            .Take(Math.Clamp(query.Limit, 0, MaxMinutes)).Select(m => m.Rollup),
    ];

    private static ImmutableArray<Rollup> Hours(Statements statements, long twin, RollupQuery query)
    {
        var key = new MetricKey(twin, query.AssetId, query.Metric);
        int limit = Math.Clamp(query.Limit, 0, MaxHours);
        long from = HourRows.CeilingOf(query.From.UtcTicks);
        long to = query.To.UtcTicks;
        SortedDictionary<long, Rollup> hours = [];
        foreach (Rollup kept in HourRows.Read(statements, key, from, to, limit))
        {
            hours[kept.Start.UtcTicks] = kept;
        }

        int derived = 0;
        foreach (IGrouping<long, StoredMinute> hour in ByHour(MinuteRows.Read(statements, key, from, HourRows.CeilingOf(to))))
        {
            if (derived++ >= limit)
            {
                break;
            }

            // What a kept hour was made of is deleted: these came later.
            hours[hour.Key] = hours.TryGetValue(hour.Key, out Rollup? kept) ? HourRows.Join(kept, hour) : HourRows.Merge(hour.Key, hour);
        }

        return [.. hours.Values.Take(limit)];
    }

    /// <summary>Neighbours of one hour, without reading on to the end as LINQ's own grouping does.</summary>
    private static IEnumerable<IGrouping<long, StoredMinute>> ByHour(IEnumerable<StoredMinute> minutes)
    {
        List<StoredMinute> hour = [];
        foreach (StoredMinute minute in minutes)
        {
            if (hour.Count > 0 && HourRows.FloorOf(hour[0].Rollup.Start.UtcTicks) != HourRows.FloorOf(minute.Rollup.Start.UtcTicks))
            {
                yield return hour.GroupBy(m => HourRows.FloorOf(m.Rollup.Start.UtcTicks)).Single();
                hour = [];
            }

            hour.Add(minute);
        }

        if (hour.Count > 0)
        {
            yield return hour.GroupBy(m => HourRows.FloorOf(m.Rollup.Start.UtcTicks)).Single();
        }
    }
}
