namespace Millwright.Ingest.Feed;

/// <summary>What a host gives the feeder besides its ports.</summary>
/// <param name="Options">Bounds and pauses.</param>
/// <param name="Instruments">Metrics and status.</param>
/// <param name="Time">Clock of pauses and intervals.</param>
/// <param name="Random">Seeded; jitter of retries.</param>
public sealed record FeederSetup(FeedOptions Options, FeedInstruments Instruments, TimeProvider Time, Random Random)
{
    /// <summary>Who else holds the log back.</summary>
    public IReadOnlyList<ILogHold> Holds { get; init; } = [];

    /// <summary>Which assets stay live under overload. Default: all are equal.</summary>
    public ILanePriority Priority { get; init; } = new EqualPriority();

    /// <summary>Where others ask for the lag of one asset.</summary>
    public LagDesk Lags { get; init; } = new();
}
