using Millwright.Silo.Storage.Retention;

namespace Millwright.Silo.Storage;

/// <summary>Gives free pages back, in steps between others' writes.</summary>
internal static class SqliteVacuum
{
    public static async ValueTask RunAsync(
        SqliteDatabase database, RetentionOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        int left = int.MaxValue;
        while (left > 0)
        {
            int now = await database.WriteAsync(s => Step(s, options.StepRows), cancellationToken);
            if (now >= left)
            {
                return;
            }

            left = now;
            await Task.Delay(options.StepPause, time, cancellationToken);
        }
    }

    /// <summary>Gives free pages at the file's end back to the disk; returns how many are left.</summary>
    private static int Step(Statements statements, int pages)
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
