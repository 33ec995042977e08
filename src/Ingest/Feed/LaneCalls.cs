using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Sends the lanes' batches: one call per asset, a bounded number in all, failures after a pause. Runs in the feeder's loop.
/// </summary>
internal sealed partial class LaneCalls
{
    private readonly Queue<AssetLane> ready = new();
    private readonly PriorityQueue<AssetLane, long> waiting = new();
    private readonly ConcurrentQueue<(AssetLane Lane, ObserveResult Result, Exception? Failure)> completed = new();
    private readonly ITwinCaller twins;
    private readonly QuarantineFeed quarantine;
    private readonly RewindScan rewinds;
    private readonly FeedOptions options;
    private readonly FeedInstruments instruments;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly FeedSignal signal;
    private readonly ITimer timer;
    private readonly string logId;
    private readonly ILogger logger;
    private long armedFor = long.MaxValue;

    public LaneCalls(string logId, ITwinCaller twins, LaneSinks sinks, FeedRuntime runtime, FeedSignal signal)
    {
        this.logId = logId;
        this.twins = twins;
        quarantine = sinks.Quarantine;
        rewinds = sinks.Rewinds;
        this.signal = signal;
        options = runtime.Options;
        instruments = runtime.Instruments;
        time = runtime.Time;
        random = runtime.Random;
        logger = runtime.Logger;
        timer = time.CreateTimer(static s => ((FeedSignal)s!).Set(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Samples in memory, over all lanes.</summary>
    public int Buffered { get; private set; }

    public int UnderWay { get; private set; }

    public void Added(AssetLane lane, int samples)
    {
        Buffered += samples;
        MakeReady(lane);
    }

    /// <summary>Asks an idle twin for its positions.</summary>
    public void Probe(AssetLane lane) => MakeReady(lane);

    /// <summary>Handles answers and due retries, and sends what may be sent. True when anything moved.</summary>
    public bool Step()
    {
        bool moved = false;
        while (completed.TryDequeue(out (AssetLane Lane, ObserveResult Result, Exception? Failure) call))
        {
            UnderWay--;
            Settle(call.Lane, call.Result, call.Failure);
            moved = true;
        }

        long now = time.GetTimestamp();
        while (waiting.TryPeek(out AssetLane? lane, out long due) && due <= now)
        {
            waiting.Dequeue();
            ready.Enqueue(lane);
        }

        while (UnderWay < options.MaxCalls && ready.TryDequeue(out AssetLane? lane))
        {
            Send(lane, now);
            moved = true;
        }

        ArmTimer(now);
        return moved;
    }

    /// <summary>
    /// Lanes that wait for a retry give up what they hold beyond the batch itself, so that one broken twin does not stop the others.
    /// </summary>
    public void Shed()
    {
        foreach ((AssetLane lane, _) in waiting.UnorderedItems)
        {
            if (lane.PendingCount > 0)
            {
                Buffered -= lane.PendingCount;
                lane.FallBehind();
                rewinds.Add(lane);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void MakeReady(AssetLane lane)
    {
        if (!lane.IsOwned)
        {
            lane.IsOwned = true;
            ready.Enqueue(lane);
        }
    }

    private void Send(AssetLane lane, long now)
    {
        TelemetryBatch batch = lane.Flight ?? lane.Depart(logId);
        lane.LastCall = now;
        instruments.BatchSent(batch.Samples.Length);
        ValueTask<ObserveResult> call;
        try
        {
            call = twins.ObserveAsync(lane.AssetId, batch);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // The lane's batch stays where it is; Settle decides between retry and quarantine.
            Settle(lane, default, failure);
            return;
        }

        if (call.IsCompletedSuccessfully)
        {
            Settle(lane, call.Result, null);
            return;
        }

        UnderWay++;
        _ = AwaitAsync(lane, call);
    }

    private async Task AwaitAsync(AssetLane lane, ValueTask<ObserveResult> call)
    {
        try
        {
            ObserveResult result = await call;
            completed.Enqueue((lane, result, null));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            completed.Enqueue((lane, default, failure));
        }

        signal.Set();
    }

    private void Settle(AssetLane lane, ObserveResult result, Exception? failure)
    {
        int before = lane.Buffered;
        if (failure is not null)
        {
            Fail(lane, failure);
        }
        else if (result.Accepted)
        {
            instruments.Delivered.Add(lane.Flight!.Samples.Length);
            lane.Arrive(result);
            Release(lane);
        }
        else
        {
            Refuse(lane, result);
        }

        Buffered += lane.Buffered - before;
    }

    private void Refuse(AssetLane lane, ObserveResult result)
    {
        lane.Refusals++;

        // Refused again after a rewind: the log no longer has what the twin misses. It is told that the gap is not known, and counts on
        // from here.
        bool isKnown = lane.Refusals == 1;
        lane.Rewind(result.Position, result.DurablePosition, isKnown);
        rewinds.Add(lane);
        instruments.Rewinds.Add(1);
        LogRewind(lane.AssetId, result.Position, lane.Refusals);
        Release(lane);
    }

    private void Fail(AssetLane lane, Exception failure)
    {
        lane.Failures++;
        instruments.Retries.Add(1);
        if (lane.Flight!.Samples.IsEmpty)
        {
            // A question, not a delivery: it is asked again at the next round.
            lane.Abandon();
            Release(lane);
            return;
        }

        if (lane.Failures >= options.MaxTries && !twins.IsTransient(failure))
        {
            ImmutableArray<Quarantine.QuarantinedMessage> poison = PoisonBatch.ToMessages(lane.Flight, failure);
            LogPoison(lane.AssetId, poison[0].Position, lane.Failures, failure);
            quarantine.Add(poison);
            lane.Abandon();
            Release(lane);
            return;
        }

        double factor = Math.Pow(2, Math.Min(lane.Failures - 1, 30)) * (1 - (random.NextDouble() / 2));
        TimeSpan pause = TimeSpan.FromTicks((long)Math.Min(options.RetryPause.Ticks * factor, options.MaxRetryPause.Ticks));
        waiting.Enqueue(lane, time.GetTimestamp() + ToTimestamp(pause));
        LogRetry(lane.AssetId, lane.Failures, pause, failure);
    }

    private void Release(AssetLane lane)
    {
        lane.IsOwned = false;
        if (lane.PendingCount > 0)
        {
            MakeReady(lane);
        }
    }

    private void ArmTimer(long now)
    {
        if (!waiting.TryPeek(out _, out long due))
        {
            armedFor = long.MaxValue;
            return;
        }

        if (due != armedFor)
        {
            armedFor = due;
            TimeSpan pause = TimeSpan.FromSeconds((double)(due - now) / time.TimestampFrequency);

            // Rounded up: a timer that fires a tick early would find nothing due.
            timer.Change(pause + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(1300, LogLevel.Debug, "Call to {AssetId} failed, try {Failures}; again in {Pause}.")]
    private partial void LogRetry(string assetId, int failures, TimeSpan pause, Exception failure);

    [LoggerMessage(1301, LogLevel.Error, "Twin {AssetId} fails on the records from {Position}; after {Tries} tries they go to quarantine.")]
    private partial void LogPoison(string assetId, long position, int tries, Exception failure);

    [LoggerMessage(1302, LogLevel.Information, "Twin {AssetId} has seen no more than {Position}; its records are read again (refusal {Refusals}).")]
    private partial void LogRewind(string assetId, long position, int refusals);
}
