using Microsoft.Data.Sqlite;

namespace Millwright.Silo.Storage.Verify;

/// <summary>Rows outside of the chain, each by its own sum.</summary>
internal static class RowCheck
{
    public static IEnumerable<StoreDamage> Windows(Statements statements, TwinRow twin, VerifyCounts counts)
    {
        using SqliteDataReader rows = statements.Query(
            $"""
            SELECT {WindowRows.Columns} FROM window NOT INDEXED WHERE twin = $1
            UNION ALL SELECT {WindowRows.Columns} FROM window_past NOT INDEXED WHERE twin = $1
            """,
            twin.Id);
        while (rows.Read())
        {
            counts.Windows++;
            if (!WindowRows.IsWhole(rows, twin.AssetId))
            {
                yield return WindowRows.DamageOf(rows, twin.AssetId);
            }
        }
    }

    public static IEnumerable<StoreDamage> Hours(Statements statements, TwinRow twin, VerifyCounts counts)
    {
        using SqliteDataReader rows = statements.Query($"SELECT {HourRows.Columns}, crc FROM hour NOT INDEXED WHERE twin = $1", twin.Id);
        while (rows.Read())
        {
            counts.Hours++;
            if (!RowSum.IsWhole(rows, HourRows.Owner(twin.AssetId), HourRows.ColumnCount))
            {
                yield return HourRows.DamageOf(rows, twin.AssetId);
            }
        }
    }

    public static IEnumerable<StoreDamage> Alerts(Statements statements, VerifyCounts counts)
    {
        using SqliteDataReader rows = statements.Query($"SELECT {SqliteAlertStore.Columns}, crc, ordinal FROM alert NOT INDEXED");
        while (rows.Read())
        {
            counts.Alerts++;
            if (!RowSum.IsWhole(rows, SqliteAlertStore.Owner, SqliteAlertStore.ColumnCount))
            {
                yield return SqliteAlertStore.DamageOf(rows, rows.GetInt64(SqliteAlertStore.ColumnCount + 1));
            }
        }
    }

    public static IEnumerable<StoreDamage> States(Statements statements, VerifyCounts counts)
    {
        using SqliteDataReader rows = statements.Query($"SELECT {SqliteGrainStorage.Columns}, crc FROM grain_state NOT INDEXED");
        while (rows.Read())
        {
            counts.States++;
            if (!RowSum.IsWhole(rows, SqliteGrainStorage.Owner, SqliteGrainStorage.ColumnCount))
            {
                yield return SqliteGrainStorage.DamageOf(rows);
            }
        }
    }
}
