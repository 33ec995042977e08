namespace Millwright.Ingest.Feed;

public sealed class FeedOptions
{
    public const string Section = "Ingest:Feed";

    /// <summary>Calls under way, over all assets; one asset has one. Default 256.</summary>
    public int MaxCalls { get; set; } = 256;

    /// <summary>
    /// Samples in memory, waiting or under way. A quarter is for records read again; where the plant has assets of the safety class,
    /// another quarter is theirs. At the bound ordinary assets fall behind, and the log absorbs. Default 200,000.
    /// </summary>
    public int MaxBufferedSamples { get; set; } = 200_000;

    /// <summary>
    /// Samples of one asset in memory; beyond it the asset's records are read from the log again when it has caught up. Default 8,192.
    /// </summary>
    public int MaxAssetSamples { get; set; } = 8_192;

    /// <summary>
    /// Samples of ordinary assets in calls at a time, where the plant has assets of the safety class: work that was handed out stands
    /// before theirs. Default 32,768, about 70 ms of two cores.
    /// </summary>
    public int MaxOrdinarySamplesUnderWay { get; set; } = 32_768;

    /// <summary>
    /// How long a rewind waits for a twin that is full, before it goes on without it. Default 1 s.
    /// </summary>
    public TimeSpan CatchUpPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Bytes of log that a rewind reads at least, before it goes back for a twin that asks for earlier records. Default 16 MiB.
    /// </summary>
    public long CatchUpStride { get; set; } = 16 << 20;

    /// <summary>How often the status is renewed while anything moves. Default 1 s.</summary>
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Assets named in the status as furthest behind, 0 to 1,000. Default 20.</summary>
    public int MaxLaggards { get; set; } = 20;

    /// <summary>Records read before they are dispatched. Default 4,096.</summary>
    public int ChunkRecords { get; set; } = 4_096;

    /// <summary>
    /// Tries of a batch on which its twin throws, before it is halved down to the bad records; those go to quarantine. Default 5.
    /// </summary>
    public int MaxTries { get; set; } = 5;

    /// <summary>First pause after a failed call, doubled with each and shortened at random by up to a half. Default 100 ms.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 10 s.</summary>
    public TimeSpan MaxRetryPause { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the cursor is written and the log truncated. Default 5 s.</summary>
    public TimeSpan TruncateInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a twin may rest with records that are in no checkpoint before it is asked for its positions. Default 30 s.
    /// </summary>
    public TimeSpan ProbeInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Assets remembered; beyond it those with nothing outstanding are forgotten. Default 100,000.</summary>
    public int MaxLanes { get; set; } = 100_000;
}
