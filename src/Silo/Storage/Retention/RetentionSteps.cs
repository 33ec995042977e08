
namespace Millwright.Silo.Storage.Retention;

/// <summary>
/// One step each: deletes about so many rows. A damaged row is passed over and stays: it may only look old, and is evidence.
/// What a fallback to the checkpoint before the last may still delete and make again is left alone, whatever its age.
/// </summary>
internal static class RetentionSteps
{
    /// <summary>Checkpoints that a fallback may take back.</summary>
    internal const int Epochs = 2;

    /// <summary>Blocks go from the begin of the chain; the anchor takes the last one's place.</summary>
    public static RetentionStep Blocks(Statements statements, string assetId, long before, int rows, RetentionPlace from)
    {
        statements.LockTwin(assetId);
        if (Twin(statements, assetId) is not (long twin, long epoch))
        {
            return RetentionStep.End;
        }

        List<long> old = [];
        List<StoreDamage> damaged = [];
        byte[] hash = [];
        bool isYoung = false;
        long place = from.Number;
        int seen = 0;
        using (StoreRows blocks = statements.Query(
            $"SELECT {HistoryRows.Columns}, crc FROM history WHERE twin = $1 AND sequence > $2 ORDER BY sequence LIMIT $3",
            twin,
            from.Number,
            rows))
        {
            while (!isYoung && blocks.Read())
            {
                seen++;
                place = blocks.GetInt64(1);
                if (!RowSum.IsWhole(blocks, HistoryRows.Owner(assetId), HistoryRows.ColumnCount))
                {
                    damaged.Add(HistoryRows.DamageOf(blocks, assetId));
                }
                else if (blocks.GetInt64(7) < before && blocks.GetInt64(6) <= epoch - Epochs)
                {
                    old.Add(place);
                    hash = (byte[])blocks[8];
                }
                else
                {
                    isYoung = true;
                }
            }
        }

        foreach (long sequence in old)
        {
            statements.Execute("DELETE FROM history WHERE twin = $1 AND sequence = $2", twin, sequence);
        }

        if (old is [.., > 0 and var last])
        {
            HistoryAnchor.Write(statements, twin, assetId, last, hash);
        }

        return new RetentionStep(old.Count, isYoung || seen < rows ? null : new RetentionPlace(place), damaged);
    }

    public static RetentionStep Hours(Statements statements, long before, int rows, RetentionPlace from)
    {
        List<RetentionPlace> old = [];
        List<StoreDamage> damaged = [];
        RetentionPlace place = from;
        int seen = 0;
        using (StoreRows hours = statements.Query(
            $"""
            SELECT {HourRows.Columns}, crc, (SELECT asset FROM twin WHERE id = hour.twin) FROM hour
            WHERE start < $1 AND (start, twin, metric) > ($2, $3, $4) ORDER BY start, twin, metric LIMIT $5
            """,
            before,
            from.Number,
            from.Twin,
            from.Metric,
            rows))
        {
            while (hours.Read())
            {
                seen++;
                place = new RetentionPlace(hours.GetInt64(2), hours.GetInt64(0), hours.GetString(1));
                string? asset = hours.GetValue(HourRows.ColumnCount + 1) as string;
                if (asset is null || !RowSum.IsWhole(hours, HourRows.Owner(asset), HourRows.ColumnCount))
                {
                    damaged.Add(HourRows.DamageOf(hours, asset ?? $"twin {place.Twin}"));
                }
                else if (hours.GetInt64(10) < before)
                {
                    old.Add(place);
                }
            }
        }

        foreach (RetentionPlace hour in old)
        {
            statements.Execute(
                "DELETE FROM hour WHERE twin = $1 AND metric = $2 AND start = $3", hour.Twin, hour.Metric, hour.Number);
        }

        return new RetentionStep(old.Count, seen < rows ? null : place, damaged);
    }

    public static RetentionStep Alerts(Statements statements, long before, int rows, RetentionPlace from)
    {
        List<long> old = [];
        List<StoreDamage> damaged = [];
        bool isYoung = false;
        long place = from.Number;
        int seen = 0;
        using (StoreRows alerts = statements.Query(
            $"SELECT {AlertRows.Columns}, crc, ordinal FROM alert WHERE ordinal > $1 ORDER BY ordinal LIMIT $2", from.Number, rows))
        {
            while (!isYoung && alerts.Read())
            {
                seen++;
                place = alerts.GetInt64(AlertRows.ColumnCount + 1);
                if (!RowSum.IsWhole(alerts, AlertRows.Owner, AlertRows.ColumnCount))
                {
                    damaged.Add(AlertRows.DamageOf(alerts, place));
                }
                else if (alerts.GetInt64(8) < before)
                {
                    old.Add(place);
                }
                else
                {
                    isYoung = true;
                }
            }
        }

        foreach (long ordinal in old)
        {
            statements.Execute("DELETE FROM alert WHERE ordinal = $1", ordinal);
        }

        return new RetentionStep(old.Count, isYoung || seen < rows ? null : new RetentionPlace(place), damaged);
    }

    /// <summary>The twin and its epoch, when its newest checkpoint stands.</summary>
    internal static (long Id, long Epoch)? Twin(Statements statements, string assetId) =>
        TwinRows.Read(statements, assetId) is { Standing: not null } twin ? (twin.Id, twin.Epoch) : null;
}
