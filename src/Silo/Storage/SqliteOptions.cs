namespace Millwright.Silo.Storage;

public sealed class SqliteOptions
{
    public const string Section = "Storage:Sqlite";

    /// <summary>The database file. Its directory is made when it is not there. Default <c>data/millwright.db</c>.</summary>
    public string Path { get; set; } = "data/millwright.db";

    /// <summary>
    /// True: every commit is synced. Default false: a power cut may take the last commits, as a whole and in order, and the log replays
    /// them;
    /// before the log is truncated the store is synced.
    /// </summary>
    public bool SyncEachCommit { get; set; }

    /// <summary>Writes that wait for the writer, 1 to 100,000; at the bound callers wait. Default 4,096.</summary>
    public int MaxQueuedWrites { get; set; } = 4_096;

    /// <summary>Writes in one transaction. Default 256.</summary>
    public int MaxCommit { get; set; } = 256;

    /// <summary>Queries at a time, 1 to 64. Default 4.</summary>
    public int MaxReaders { get; set; } = 4;
}
