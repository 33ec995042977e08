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

    /// <summary>
    /// Bytes up to which the whole file is checked (SQLite's integrity check, about 200 MB/s) before it is used; a larger one is checked by
    /// the scrubber, which then begins at once. 0 to 2^60; default 256 MiB.
    /// </summary>
    public long MaxCheckBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Time from the end of one pass of the scrubber, which reads and checks every row, to the begin of the next. 1 min to 365 days;
    /// default
    /// 24 h.
    /// </summary>
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Pause of the scrubber after each asset, 0 to 1 min; default 50 ms, so that it leaves the disk to others.</summary>
    public TimeSpan ScrubPause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of the database; from 80 % on health is degraded, at the bound unhealthy. 1 MiB to 2^60; default 100 GiB.</summary>
    public long MaxBytes { get; set; } = 100L << 30;
}
