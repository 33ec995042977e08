using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>The feeder's way to the twins; over grains in the silo, over a table in tests.</summary>
public interface ITwinCaller
{
    /// <summary>Delivers a batch. One without samples only asks for the twin's positions.</summary>
    ValueTask<ObserveResult> ObserveAsync(string assetId, TelemetryBatch batch);

    /// <summary>
    /// True when the failure lies in the surroundings (timeout, overload, store away): the batch is tried for as long as it takes. False
    /// when the
    /// twin chokes on the batch itself: after <see cref="FeedOptions.MaxTries"/> it goes to quarantine.
    /// </summary>
    bool IsTransient(Exception failure);
}
