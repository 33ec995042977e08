using Millwright.Silo.Storage.Rollups;

namespace Millwright.Silo.Storage.Retention;

/// <summary>
/// Retention of windows, one hour of one asset at a time. The minutes of an hour go all at once, in the transaction that keeps the hour:
/// so what a kept hour was made of is gone, and minutes beside it came later.
/// </summary>
internal static class WindowSteps
{
    /// <summary>
    /// The next hour with a window that looks old; null when there is none. For a reader: after a backfill of old event times it passes
    /// over many young windows.
    /// </summary>
    public static long? NextHour(Statements statements, string assetId, long before, long from) =>
        RetentionSteps.Twin(statements, assetId) is (long twin, long epoch)
            && statements.Scalar(
                """
                SELECT start FROM "window" WHERE twin = $1 AND start >= $2 AND start < $3 AND stored < $3 AND epoch <= $4
                ORDER BY start LIMIT 1
                """,
                twin,
                from,
                before,
                epoch - RetentionSteps.Epochs) is long start
            ? HourRows.FloorOf(start) : null;

    /// <summary>Ends with the hour, or at about so many rows with the same hour as the next place.</summary>
    public static RetentionStep Hour(Statements statements, string assetId, long before, int rows, long hour)
    {
        // A revision that is written meanwhile must not be deleted unseen.
        statements.LockTwin(assetId);
        if (RetentionSteps.Twin(statements, assetId) is not (long twin, long epoch))
        {
            return RetentionStep.End;
        }

        List<StoreDamage> damaged = [];
        List<OldWindow> all = Read(statements, twin, assetId, hour, damaged);
        int deleted = 0;
        foreach (IGrouping<string, OldWindow> metric in all.GroupBy(window => window.Metric, StringComparer.Ordinal))
        {
            if (deleted >= rows)
            {
                return new RetentionStep(deleted, new RetentionPlace(hour), damaged);
            }

            List<OldWindow> old = [.. metric.Where(IsOld)];
            List<StoredMinute> minutes = [.. metric.Select(window => window.Minute).OfType<StoredMinute>()];
            if (metric.Any(window => window.IsMinute && !IsOld(window)))
            {
                old.RemoveAll(window => window.IsMinute);
            }
            else if (minutes.Count > 0 && !TryKeep(statements, new MetricKey(twin, assetId, metric.Key), hour, minutes, damaged))
            {
                old.RemoveAll(window => window.IsMinute);
            }

            foreach (OldWindow window in old)
            {
                deleted += Delete(statements, "\"window\"", twin, window) + Delete(statements, "window_past", twin, window);
            }
        }

        return new RetentionStep(deleted, null, damaged);

        bool IsOld(OldWindow window) => window.Stored < before && window.Epoch <= epoch - RetentionSteps.Epochs;
    }

    private static int Delete(Statements statements, string table, long twin, OldWindow window) => statements.Execute(
        $"DELETE FROM {table} WHERE twin = $1 AND metric = $2 AND kind = $3 AND size = $4 AND start = $5",
        twin,
        window.Metric,
        window.Kind,
        window.Size,
        window.Start);

    /// <summary>False when the hour is kept already and damaged: its minutes wait for it.</summary>
    private static bool TryKeep(
        Statements statements, MetricKey key, long hour, List<StoredMinute> minutes, List<StoreDamage> damaged)
    {
        try
        {
            HourRows.Keep(statements, key, hour, minutes);
            return true;
        }
        catch (DamagedRowException fault)
        {
            damaged.Add(fault.Damage);
            return false;
        }
    }

    private static List<OldWindow> Read(Statements statements, long twin, string assetId, long hour, List<StoreDamage> damaged)
    {
        List<OldWindow> windows = [];
        using StoreRows rows = statements.Query(
            $"SELECT {WindowRows.Columns} FROM \"window\" WHERE twin = $1 AND start >= $2 AND start < $3 ORDER BY start",
            twin,
            hour,
            hour + TimeSpan.TicksPerHour);
        while (rows.Read())
        {
            if (!WindowRows.IsWhole(rows, assetId))
            {
                damaged.Add(WindowRows.DamageOf(rows, assetId));
                continue;
            }

            var window = new OldWindow(
                rows.GetString(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(18), rows.GetInt64(19));
            windows.Add(window.IsMinute ? window with { Minute = MinuteRows.Of(rows, assetId) } : window);
        }

        return windows;
    }

    private sealed record OldWindow(string Metric, string Kind, long Size, long Start, long Epoch, long Stored)
    {
        /// <summary>Null for any other window, and for one without samples.</summary>
        public StoredMinute? Minute { get; init; }

        public bool IsMinute => Kind == MinuteRows.Kind && Size == MinuteRows.Size;
    }
}
