using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Telemetry;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Silo.Hosting;

/// <summary>The feeder's way to the twins: one grain call per batch, wherever the twin lives.</summary>
internal sealed class GrainTwinCaller(IGrainFactory grains) : ITwinCaller
{
    public ValueTask<ObserveResult> ObserveAsync(string assetId, TelemetryBatch batch) =>
        grains.GetGrain<IAssetTwinGrain>(assetId).ObserveAsync(batch);

    /// <summary>
    /// A broken invariant or unreadable state chokes on the batch itself each time; all else may be better at the next try.
    /// </summary>
    public bool IsTransient(Exception failure) =>
        failure is TimeoutException or OperationCanceledException or OrleansException
            or TwinStoreException or TwinFencedException or TwinBusyException;
}
