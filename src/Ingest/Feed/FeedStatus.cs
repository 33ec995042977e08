namespace Millwright.Ingest.Feed;

/// <summary>Where the feeder stands. Asset ids have no place in metrics; the laggard is shown in the API from here.</summary>
public sealed record FeedStatus
{
    public required long Position { get; init; }

    public required long LagBytes { get; init; }

    public required TimeSpan Lag { get; init; }

    public required int BufferedSamples { get; init; }

    public required long HeldBytes { get; init; }

    /// <summary>The asset that keeps the log from being truncated; null when none does.</summary>
    public string? Laggard { get; init; }

    /// <summary>Why the feeder stopped; null while it works.</summary>
    public string? Fault { get; init; }
}
