using System.Collections.Immutable;

namespace Millwright.Ingest.Feed;

/// <summary>Where the feeder stands. Asset ids have no place in metrics; who lags is shown in the API from here.</summary>
public sealed record FeedStatus
{
    public required string LogId { get; init; }

    /// <summary>Of the live reader.</summary>
    public required long Position { get; init; }

    /// <summary>Durable, and not yet read by the live reader.</summary>
    public required long LagBytes { get; init; }

    public required TimeSpan Lag { get; init; }

    public required int BufferedSamples { get; init; }

    /// <summary>Most samples that were in memory at a time.</summary>
    public required int PeakSamples { get; init; }

    /// <summary>Durable, and still needed by a twin, the quarantine or an <see cref="ILogHold"/>.</summary>
    public required long HeldBytes { get; init; }

    public required int CallsUnderWay { get; init; }

    public required long RewindPasses { get; init; }

    /// <summary>Records that those passes read; beside the records of the log it says how often the log is read.</summary>
    public required long RewindRecords { get; init; }

    /// <summary>The asset that keeps the log from being truncated; null when none does.</summary>
    public string? Laggard { get; init; }

    /// <summary>One entry for each class that has assets.</summary>
    public ImmutableArray<ClassLag> Classes { get; init; } = [];

    /// <summary>Furthest behind first; at most <see cref="FeedOptions.MaxLaggards"/>.</summary>
    public ImmutableArray<AssetLag> Laggards { get; init; } = [];

    /// <summary>Ranges that were lost, ever since the start.</summary>
    public long GapCount { get; init; }

    /// <summary>The last of them, newest last.</summary>
    public ImmutableArray<FeedGap> Gaps { get; init; } = [];

    /// <summary>Why the feeder stopped; null while it works.</summary>
    public string? Fault { get; init; }
}
