namespace Millwright.Ingest.Log;

public sealed class LogOptions
{
    public const string Section = "Ingest:Log";

    /// <summary>Directory of the segments. Default <c>data/log</c>.</summary>
    public string Directory { get; set; } = "data/log";

    /// <summary>First part of a new log's id, 1 to 32 characters; an existing log keeps the id it was made with.</summary>
    public string Name { get; set; } = "log";

    /// <summary>Bytes after which a new segment begins, 64 KiB to 1 GiB. Truncation works in whole segments. Default 64 MiB.</summary>
    public int SegmentBytes { get; set; } = 64 << 20;

    /// <summary>
    /// Bytes appended and not yet handed to the disk, 64 KiB to 256 MiB and at most a segment; at the bound appends wait. Default 8 MiB.
    /// </summary>
    public int MaxPendingBytes { get; set; } = 8 << 20;

    /// <summary>Largest payload of one record. Default 1 MiB.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>How long a commit waits for company, 0 to 1 s. Default 0: the next commit begins when the last one ended.</summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.Zero;

    public LogDurability Durability { get; set; } = LogDurability.Fsync;

    /// <summary>First pause after a failed disk, doubled up to <see cref="MaxRetryPause"/>. Default 100 ms.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 5 s.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A bug to plant: the simulation must notice when a torn tail counts as written. Never set outside of its tests.</summary>
    internal bool KeepsTornTail { get; init; }
}
