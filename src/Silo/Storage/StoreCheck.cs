using Microsoft.Data.Sqlite;

namespace Millwright.Silo.Storage;

/// <summary>
/// What is checked before a file is used. Rows have sums of their own; here it is about what would make a row unfindable without anyone
/// noticing: the trees, the tables' definitions, and commits that are gone.
/// </summary>
internal static class StoreCheck
{
    private const int MaxFindings = 100;

    private static readonly Lazy<HashSet<string>> Expected = new(() =>
    {
        using Statements fresh = SqliteDatabase.Connect(":memory:");
        SqliteSchema.Migrate(fresh);
        return Definitions(fresh);
    });

    public static void BeforeUse(Statements statements, string path, long maxCheckBytes)
    {
        long size = new FileInfo(path).Length + (File.Exists(path + "-wal") ? new FileInfo(path + "-wal").Length : 0);
        if (size <= maxCheckBytes && Structure(statements) is [var first, ..])
        {
            throw Refusal(path, first);
        }
    }

    public static void AfterMigration(Statements statements, string path)
    {
        if (Schema(statements).Concat(LostCommits(statements, path, SyncMark.Read(path))).FirstOrDefault() is { } damage)
        {
            throw Refusal(path, damage);
        }
    }

    /// <summary>SQLite's own check of every page, and of every index against its table.</summary>
    public static List<StoreDamage> Structure(Statements statements)
    {
        List<StoreDamage> found = [];
        try
        {
            using StoreRows rows = statements.Query("PRAGMA integrity_check(100)");
            while (rows.Read())
            {
                if (rows.GetString(0) is var text and not "ok")
                {
                    found.Add(Damage(text));
                }
            }
        }
        catch (SqliteException failure)
        {
            found.Add(Damage(failure.Message));
        }

        return found.Count > MaxFindings ? found[..MaxFindings] : found;
    }

    /// <summary>The definitions must be those that our steps make, to the letter.</summary>
    public static IEnumerable<StoreDamage> Schema(Statements statements)
    {
        HashSet<string> actual = Definitions(statements);
        actual.SymmetricExceptWith(Expected.Value);
        return actual.Select(definition => new StoreDamage("store.schema", "sqlite_schema", $"Definition differs: {definition}"));
    }

    /// <param name="statements">The database, at an instant after the mark was read: a running silo moves both.</param>
    /// <param name="path">Its file.</param>
    /// <param name="known">The mark.</param>
    public static IEnumerable<StoreDamage> LostCommits(Statements statements, string path, long? known)
    {
        long last = statements.Scalar("SELECT value FROM counter WHERE name = 'sync'") as long? ?? -1;
        if (known is { } mark && last < mark)
        {
            yield return new StoreDamage(
                "store.behind",
                "counter",
                $"Commits up to sync {mark} were durable, the file ends at sync {last}: the write-ahead log is damaged or missing, or " +
                $"the file is an older copy. Restore a backup, or remove {Path.GetFileName(SyncMark.PathOf(path))} to accept the loss.");
        }

        // ETags are drawn from this counter: if it went back, an old activation's would be valid again.
        long drawn = statements.Scalar("SELECT value FROM counter WHERE name = 'grain_state'") as long? ?? -1;
        if (drawn < (statements.Scalar("SELECT max(ordinal) FROM grain_state") as long? ?? 0))
        {
            yield return new StoreDamage("store.damaged", "counter", "The counter of grain states is lower than what was drawn from it.");
        }
    }

    private static StoreDamage Damage(string text) => new("store.structure", "", $"The database's structure is damaged: {text}");

    private static StoreException Refusal(string path, StoreDamage damage) => new(
        damage.Code == "store.behind" ? damage.Code : "store.corrupt",
        $"The database {Path.GetFileName(path)} is damaged. {damage.Detail} 'millwright verify' lists everything; restore a backup.");

    private static HashSet<string> Definitions(Statements statements)
    {
        HashSet<string> definitions = new(StringComparer.Ordinal);
        using StoreRows rows = statements.Query(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'");
        while (rows.Read())
        {
            definitions.Add($"{rows.GetValue(0)} {rows.GetValue(1)} on {rows.GetValue(2)}: {rows.GetValue(3)}");
        }

        return definitions;
    }
}
