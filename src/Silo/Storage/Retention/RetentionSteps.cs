using Microsoft.Data.Sqlite;
using Millwright.Silo.Storage.Rollups;

namespace Millwright.Silo.Storage.Retention;

/// <summary>
/// One step each: deletes at most so many rows, and returns how many. A damaged row stops its table: it may only look old, and is evidence.
/// What a fallback to the checkpoint before the last may still delete and make again is left alone, whatever its age.
/// </summary>
internal static class RetentionSteps
{
    private const int Epochs = 2;

    /// <summary>Blocks go from the begin of the chain; the anchor takes the last one's place.</summary>
    public static int Blocks(Statements statements, string assetId, long before, int rows)
    {
        if (Twin(statements, assetId) is not (long twin, long epoch))
        {
            return 0;
        }

        long last = long.MinValue;
        byte[] hash = [];
        int count = 0;
        using (SqliteDataReader blocks = statements.Query(
            $"SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1 ORDER BY sequence LIMIT $2", twin, rows))
        {
            while (blocks.Read() && blocks.GetInt64(7) < before && blocks.GetInt64(6) <= epoch - Epochs)
            {
                if (!RowSum.IsWhole(blocks, HistoryRows.Owner(assetId), HistoryRows.ColumnCount))
                {
                    // Evidence stays, and the chain could not be anchored on it.
                    break;
                }

                last = blocks.GetInt64(1);
                hash = (byte[])blocks[8];
                count++;
            }
        }

        if (count == 0)
        {
            return 0;
        }

        statements.Execute("DELETE FROM history WHERE twin = $1 AND sequence <= $2", twin, last);
        if (last > 0)
        {
            HistoryAnchor.Write(statements, twin, assetId, last, hash);
        }

        return count;
    }

    /// <summary>Windows go from the oldest start; an hour is kept before the first of its minutes goes.</summary>
    public static int Windows(Statements statements, string assetId, long before, int rows)
    {
        if (Twin(statements, assetId) is not (long twin, long epoch))
        {
            return 0;
        }

        List<(string Metric, string Kind, long Size, long Start)> old = [];
        using (SqliteDataReader windows = statements.Query(
            $"SELECT {WindowRows.Columns}, crc FROM window WHERE twin = $1 ORDER BY start LIMIT $2", twin, rows))
        {
            while (windows.Read() && RowSum.IsWhole(windows, WindowRows.Owner(assetId), WindowRows.ColumnCount)
                && windows.GetInt64(19) < before && windows.GetInt64(18) <= epoch - Epochs)
            {
                old.Add((windows.GetString(1), windows.GetString(2), windows.GetInt64(3), windows.GetInt64(4)));
            }
        }

        foreach ((string metric, long hour) in old.Where(w => w.Kind == MinuteRows.Kind && w.Size == MinuteRows.Size)
            .Select(w => (w.Metric, HourRows.FloorOf(w.Start))).Distinct())
        {
            HourRows.Keep(statements, new MetricKey(twin, assetId, metric), hour);
        }

        foreach ((string metric, string kind, long size, long start) in old)
        {
            statements.Execute(
                "DELETE FROM window WHERE twin = $1 AND metric = $2 AND kind = $3 AND size = $4 AND start = $5",
                twin,
                metric,
                kind,
                size,
                start);
        }

        return old.Count;
    }

    public static int Hours(Statements statements, long before, int rows)
    {
        List<(long Twin, string Metric, long Start)> old = [];
        using (SqliteDataReader hours = statements.Query(
            $"SELECT {HourRows.Columns}, crc, (SELECT asset FROM twin WHERE id = twin) FROM hour ORDER BY start LIMIT $1", rows))
        {
            while (hours.Read() && RowSum.IsWhole(hours, HourRows.Owner(hours.GetString(12)), HourRows.ColumnCount)
                && hours.GetInt64(10) < before)
            {
                old.Add((hours.GetInt64(0), hours.GetString(1), hours.GetInt64(2)));
            }
        }

        foreach ((long twin, string metric, long start) in old)
        {
            statements.Execute("DELETE FROM hour WHERE twin = $1 AND metric = $2 AND start = $3", twin, metric, start);
        }

        return old.Count;
    }

    public static int Alerts(Statements statements, long before, int rows)
    {
        List<long> old = [];
        using (SqliteDataReader alerts = statements.Query(
            $"SELECT {SqliteAlertStore.Columns}, crc, ordinal FROM alert ORDER BY ordinal LIMIT $1", rows))
        {
            while (alerts.Read() && RowSum.IsWhole(alerts, SqliteAlertStore.Owner, SqliteAlertStore.ColumnCount)
                && alerts.GetInt64(8) < before)
            {
                old.Add(alerts.GetInt64(10));
            }
        }

        foreach (long ordinal in old)
        {
            statements.Execute("DELETE FROM alert WHERE ordinal = $1", ordinal);
        }

        return old.Count;
    }

    /// <summary>Gives free pages at the file's end back to the disk; returns how many are left.</summary>
    public static int Vacuum(Statements statements, int pages)
    {
        using (SqliteDataReader steps = statements.Query(
            $"PRAGMA incremental_vacuum({pages.ToString(System.Globalization.CultureInfo.InvariantCulture)})"))
        {
            while (steps.Read())
            {
                // Each step frees a page.
            }
        }

        bool canShrink = statements.Scalar("PRAGMA auto_vacuum") is 2L;
        return canShrink ? (int)Math.Min(int.MaxValue, (long)statements.Scalar("PRAGMA freelist_count")!) : 0;
    }

    private static (long Id, long Epoch)? Twin(Statements statements, string assetId) =>
        TwinRows.Read(statements, assetId) is { Standing: not null } twin ? (twin.Id, twin.Epoch) : null;
}
