namespace Millwright.Silo.Storage;

/// <summary>The last block that retention deleted: where the rest of an asset's chain begins.</summary>
internal static class HistoryAnchor
{
    /// <summary>All columns but the sum, in the order of the sum.</summary>
    public const string Columns = "twin, sequence, hash";

    public const int ColumnCount = 3;

    public static string Owner(string assetId) => "anchor " + assetId;

    public static void Write(Statements statements, long twin, string assetId, long sequence, byte[] hash) =>
        statements.Execute(
            $"""
            INSERT INTO history_anchor ({Columns}, crc) VALUES ($1, $2, $3, $4)
            ON CONFLICT (twin) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, crc = excluded.crc
            """,
            twin,
            sequence,
            hash,
            RowSum.Of(Owner(assetId), twin, sequence, hash));
}
