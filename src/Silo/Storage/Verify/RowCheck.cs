
namespace Millwright.Silo.Storage.Verify;

/// <summary>Rows outside of the chain, each by its own sum.</summary>
internal static class RowCheck
{
    public static IEnumerable<StoreDamage> Windows(Statements statements, TwinRow twin, VerifyCounts counts)
    {
        using StoreRows rows = statements.Scan(
            $"""
            SELECT {WindowRows.Columns} FROM "window" {statements.NotIndexed} WHERE twin = $1
            UNION ALL SELECT {WindowRows.Columns} FROM window_past {statements.NotIndexed} WHERE twin = $1
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
        using StoreRows rows = statements.Scan(
            $"SELECT {HourRows.Columns}, crc FROM hour {statements.NotIndexed} WHERE twin = $1", twin.Id);
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
        using StoreRows rows = statements.Scan($"SELECT {AlertRows.Columns}, crc, ordinal FROM alert {statements.NotIndexed}");
        while (rows.Read())
        {
            counts.Alerts++;
            if (!RowSum.IsWhole(rows, AlertRows.Owner, AlertRows.ColumnCount))
            {
                yield return AlertRows.DamageOf(rows, rows.GetInt64(AlertRows.ColumnCount + 1));
            }
        }
    }

    public static IEnumerable<StoreDamage> States(Statements statements, VerifyCounts counts)
    {
        using StoreRows rows = statements.Scan($"SELECT {SqlGrainStorage.Columns}, crc FROM grain_state {statements.NotIndexed}");
        while (rows.Read())
        {
            counts.States++;
            if (!RowSum.IsWhole(rows, SqlGrainStorage.Owner, SqlGrainStorage.ColumnCount))
            {
                yield return SqlGrainStorage.DamageOf(rows);
            }
        }
    }
}
