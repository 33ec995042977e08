using System.ComponentModel.DataAnnotations;

namespace Millwright.Grains.Twins;

/// <summary>How twins record and publish. Section <c>Twins</c>.</summary>
public sealed class TwinOptions
{
    public const string Section = "Twins";

    /// <summary>
    /// Longest time between changes and the checkpoint that holds them. 0.1 s to 1 h, default 10 s; a crash replays at most this much.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Samples after which a checkpoint is written even before the interval. 1 to 10,000,000, default 50,000.</summary>
    [Range(1, 10_000_000)]
    public int CheckpointSamples { get; set; } = 50_000;

    /// <summary>
    /// Shortest time between two published changes of one twin; faster changes are conflated. 0.05 s to 1 h, default 0.5 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan ChangeInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often a twin is poked: silence, idleness, due checkpoints, retries of its outbox. 0.1 s to 1 h, default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PokeInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long after our own start silence is not judged, so that sources can connect again. 0 to 1 h, default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan ReturnGrace { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Effects that may wait for other grains; above it the twin takes no further batch until some are delivered. 1 to 100,000, default
    /// 1,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxOutbox { get; set; } = 1_000;

    /// <summary>A bug to plant: the simulation must notice effects that leave before their record. Never set outside its tests.</summary>
    internal bool DeliversFirst { get; init; }
}
