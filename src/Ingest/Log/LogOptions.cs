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

    /// <summary>
    /// How long a record may wait for company before its commit begins, 0 to 1 s, counted from the commit's first record; shorter when the
    /// pending bytes reach their bound. Only a commit still under way adds to it. Default 0: the next commit begins when the last one
    /// ended.
    /// </summary>
    public TimeSpan CommitInterval { get; set; } = TimeSpan.Zero;

    public LogDurability Durability { get; set; } = LogDurability.Fsync;

    /// <summary>First pause after a failed disk, doubled up to <see cref="MaxRetryPause"/>. Default 100 ms.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 5 s.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What the segments may take on the disk, at least four segments, at most 1 PiB. Segments that are kept without need go first; then
    /// sources are slowed, from <see cref="SlowFrom"/> on; at the bound appends are refused. Default 16 GiB.
    /// </summary>
    public long MaxDiskBytes { get; set; } = 16L << 30;

    /// <summary>
    /// Share of <see cref="MaxDiskBytes"/> from which on commits take fewer bytes and come less often, 0.5 to 1; at 1 nobody is slowed
    /// before the refusal. Default 0.9.
    /// </summary>
    public double SlowFrom { get; set; } = 0.9;

    /// <summary>
    /// How long a segment is kept that no twin needs any more, counted from its last record, 0 to 10 years. With <see cref="RetainBytes"/>
    /// the longer one counts. Default 0: not at all.
    /// </summary>
    public TimeSpan RetainFor { get; set; } = TimeSpan.Zero;

    /// <summary>At least so many bytes are kept that no twin needs any more, 0 to 1 PiB. Default 0: none.</summary>
    public long RetainBytes { get; set; }

    /// <summary>A bug to plant: the simulation must notice when a torn tail counts as written. Never set outside of its tests.</summary>
    internal bool KeepsTornTail { get; init; }
}
