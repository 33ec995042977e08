using System.Collections.Immutable;
using System.Text;
using Millwright.Alerts;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Storage;

/// <summary>Alert events to rows and back.</summary>
internal static class AlertRows
{
    public const string Owner = "alert";

    /// <summary>All columns but the ordinal, which the row gets when it is written, and the sum; in the order of the sum.</summary>
    public const string Columns = "id, asset, incident, detector, audiences, kind, time, json, stored, claim";

    public const int ColumnCount = 10;
    private const int MaxLimit = 1_000;

    /// <summary>All columns and the sum.</summary>
    public static object?[] Values(AlertEvent alert)
    {
        object?[] values =
        [
            alert.Id, alert.AssetId, alert.IncidentId, alert.Explanation.DetectorKind, (long)alert.Audiences, (long)alert.Kind,
            alert.EventTime.UtcTicks, StateJson.Serialize(alert), alert.RecordedTime.UtcTicks, alert.AlertId, null,
        ];
        values[^1] = RowSum.Of(Owner, values.AsSpan(0, ColumnCount));
        return values;
    }

    public static StoreDamage DamageOf(StoreRows row, long ordinal) =>
        new("store.damaged", "alert", $"Alert {ordinal} ({row.GetValue(0)}) of {row.GetValue(1)} is damaged.")
        {
            Asset = row.GetValue(1) as string,
            Sequence = ordinal,
        };

    /// <summary>For the step of the schema that introduced it; empty for what is no alert, whose row then does not add up either.</summary>
    public static string ClaimOf(byte[] json)
    {
        try
        {
            return StateJson.Deserialize<AlertEvent>(json, "An alert").AlertId;
        }
        catch (StoreException)
        {
            return "";
        }
    }

    /// <summary>
    /// Columns that are in no index are looked at here, behind the row's sum: a damaged one must not hide its row from SQL's condition.
    /// </summary>
    private static bool Selects(AlertQuery query, StoreRows row) =>
        (query.DetectorKind is null || row.GetString(3) == query.DetectorKind)
        && (query.Audience is not { } audience || (row.GetInt64(4) & (long)audience) != 0)
        && (query.Kind is not { } kind || row.GetInt64(5) == (long)kind)
        && (query.From is not { } from || row.GetInt64(6) >= from.UtcTicks)
        && (query.To is not { } to || row.GetInt64(6) < to.UtcTicks);

    /// <summary>The row was known then, and nothing newer of its alert was.</summary>
    private static bool IsNewest(Statements statements, StoreRows row, long ordinal, long known)
    {
        if (row.GetInt64(8) > known)
        {
            return false;
        }

        using StoreRows newer = statements.Scan(
            $"SELECT {Columns}, crc, ordinal FROM alert WHERE claim = $1 AND ordinal > $2", row.GetString(9), ordinal);
        while (newer.Read())
        {
            if (!RowSum.IsWhole(newer, Owner, ColumnCount))
            {
                throw new DamagedRowException(DamageOf(newer, newer.GetInt64(ColumnCount + 1)));
            }

            if (newer.GetInt64(8) <= known)
            {
                return false;
            }
        }

        return true;
    }

    public static ImmutableArray<StoredAlert> Read(Statements statements, AlertQuery query)
    {
        if (query.Before is not null && query.After is not null)
        {
            throw new ArgumentException("Before and After cannot be combined.", nameof(query));
        }

        var sql = new StringBuilder($"SELECT {Columns}, crc, ordinal FROM alert WHERE 1 = 1");
        List<object?> values = [];
        Filter("asset =", query.AssetId);
        Filter("incident =", query.IncidentId);
        Filter("claim =", query.AlertId);
        Filter("id =", query.Id);
        Filter("ordinal <", query.Before);
        Filter("ordinal >", query.After);
        sql.Append(query.After is null ? " ORDER BY ordinal DESC" : " ORDER BY ordinal");
        int limit = Math.Clamp(query.Limit, 0, MaxLimit);
        using StoreRows rows = statements.Scan(sql.ToString(), [.. values]);
        ImmutableArray<StoredAlert>.Builder alerts = ImmutableArray.CreateBuilder<StoredAlert>();
        while (alerts.Count < limit && rows.Read())
        {
            long ordinal = rows.GetInt64(ColumnCount + 1);
            if (!RowSum.IsWhole(rows, Owner, ColumnCount))
            {
                throw new DamagedRowException(DamageOf(rows, ordinal));
            }

            if (Selects(query, rows) && (query.AsOf is not { } known || IsNewest(statements, rows, ordinal, known.UtcTicks)))
            {
                alerts.Add(new StoredAlert(ordinal, StateJson.Deserialize<AlertEvent>((byte[])rows[7], $"Alert {ordinal}")));
            }
        }

        return alerts.DrainToImmutable();

        void Filter(string condition, object? value)
        {
            if (value is not null)
            {
                values.Add(value);
                sql.Append(" AND ").Append(condition).Append(" $").Append(values.Count);
            }
        }
    }
}
