using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Millwright.Silo.Storage.Verify;

/// <summary>Looks at a store from outside, without changing a byte of it; its silo may be running.</summary>
public static class StoreInspection
{
    public const string FileName = "millwright.db";

    /// <summary>
    /// Everything at one instant. Throws <see cref="StoreException"/> for a file that is none of ours, or of another version.
    /// </summary>
    public static (IReadOnlyList<StoreDamage> Found, VerifyCounts Counts) Run(string path)
    {
        if (!File.Exists(path))
        {
            throw new StoreException("store.unavailable", $"There is no {path}.");
        }

        var counts = new VerifyCounts();
        List<StoreDamage> found = [];
        try
        {
            // Before the instant that is looked at: the silo may be running, and moves the mark behind the database.
            long? mark = null;
            found.AddRange(StoreVerifier.Guarded("counter", () =>
            {
                mark = SyncMark.Read(path);
                return [];
            }));
            using Statements statements = Open(path);
            statements.Execute("BEGIN");
            Recognize(statements, path);
            found.AddRange(StoreVerifier.Everything(statements, path, mark, counts));
        }
        catch (SqliteException failure)
        {
            found.Add(new StoreDamage("store.unreadable", "", $"{Path.GetFileName(path)} cannot be read: {failure.Message}"));
        }

        return (found, counts);
    }

    /// <summary>
    /// Without a write-ahead log nobody has the file open, so it is read as it lies; opened in the usual way it would get one.
    /// </summary>
    private static SqliteStatements Open(string path)
    {
        string full = Path.GetFullPath(path);
        string source = File.Exists(full + "-wal") ? full : $"{new Uri(full).AbsoluteUri}?immutable=1";
        return SqliteDatabase.Connect(source, SqliteOpenMode.ReadOnly);
    }

    private static void Recognize(Statements statements, string path)
    {
        if (statements.Scalar("PRAGMA application_id") is not SqliteSchema.ApplicationId)
        {
            throw new StoreException("store.foreign", $"{path} was not made by Millwright, or its header is damaged.");
        }

        long version = (long)statements.Scalar("PRAGMA user_version")!;
        if (version != SqliteSchema.Version)
        {
            string known = SqliteSchema.Version.ToString(CultureInfo.InvariantCulture);
            throw new StoreException(
                version > SqliteSchema.Version ? "store.newer" : "store.older",
                $"{path} has version {version}, this program knows {known}: start the silo once, or use the tool of that version.");
        }
    }
}
