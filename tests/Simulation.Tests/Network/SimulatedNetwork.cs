using Millwright.Ingest.Feed;
using Millwright.Simulation.Tests.World;
using Millwright.Telemetry;

namespace Millwright.Simulation.Tests.Network;

/// <summary>The way from the feeder to the twins: calls are late, lost, answered in vain, or made twice.</summary>
internal sealed class SimulatedNetwork(ITwinCaller twins, TimeProvider clock, Random random, Trace trace) : ITwinCaller
{
    /// <summary>Of 100 calls, how many something happens to.</summary>
    public int Trouble { get; set; }

    public bool IsTransient(Exception failure) => twins.IsTransient(failure);

    public ValueTask<ObserveResult> ObserveAsync(string assetId, TelemetryBatch batch)
    {
        int luck = random.Next(100) < Trouble ? random.Next(6) : -1;
        trace.Note(
            $"call {assetId} {batch.Samples.Length} after {batch.PreviousPosition} luck {luck}");
        return luck switch
        {
            -1 => twins.ObserveAsync(assetId, batch),
            0 => throw new TimeoutException("The call was lost."),
            1 => new(LoseAnswerAsync(assetId, batch)),
            2 => new(DelayAsync(assetId, batch)),
            3 => new(TwiceAsync(assetId, batch)),
            4 => new(LateAsync(assetId, batch)),
            _ => ValueTask.FromException<ObserveResult>(new TimeoutException("The call was lost.")),
        };
    }

    private async Task<ObserveResult> LoseAnswerAsync(string assetId, TelemetryBatch batch)
    {
        await twins.ObserveAsync(assetId, batch);
        throw new TimeoutException("The answer was lost.");
    }

    private async Task<ObserveResult> DelayAsync(string assetId, TelemetryBatch batch)
    {
        await PauseAsync();
        return await twins.ObserveAsync(assetId, batch);
    }

    /// <summary>The second one comes at some time, between or after others.</summary>
    private async Task<ObserveResult> TwiceAsync(string assetId, TelemetryBatch batch)
    {
        _ = GhostAsync(assetId, batch);
        return await twins.ObserveAsync(assetId, batch);
    }

    /// <summary>Given up by the caller, and made after all.</summary>
    private async Task<ObserveResult> LateAsync(string assetId, TelemetryBatch batch)
    {
        _ = GhostAsync(assetId, batch);
        await PauseAsync();
        throw new TimeoutException("The call took too long.");
    }

    private async Task GhostAsync(string assetId, TelemetryBatch batch)
    {
        await PauseAsync();
        try
        {
            ObserveResult result = await twins.ObserveAsync(assetId, batch);
            trace.Note($"ghost {assetId} {batch.Samples.Length} {result.Accepted}");
        }
        catch (Exception failure) when (twins.IsTransient(failure))
        {
            // Nobody waits for it.
        }
    }

    private Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(1 + random.Next(8_000)), clock);
}
