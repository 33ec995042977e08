namespace Millwright.Silo.Storage;

internal static class SqliteVacuum
{
    /// <summary>Gives free pages at the file's end back to the disk; returns how many are left.</summary>
    public static int Step(Statements statements, int pages)
    {
        using (StoreRows steps = statements.Query(
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
}
