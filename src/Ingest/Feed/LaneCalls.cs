using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Sends the lanes' batches: one call per asset, a bounded number in all, failures after a pause. Runs in the feeder's loop.
/// </summary>
internal sealed partial class LaneCalls
{
    private readonly ReadyLanes ready = new();
    private readonly PriorityQueue<AssetLane, long> waiting = new();
    private readonly ConcurrentQueue<(AssetLane Lane, ObserveResult Result, Exception? Failure)> completed = new();
    private readonly TelemetryLog log;
    private readonly ITwinCaller twins;
    private readonly LaneSinks sinks;
    private readonly FeedBudget budget;
    private readonly FeedOptions options;
    private readonly FeedInstruments instruments;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly FeedSignal signal;
    private readonly ITimer timer;
    private readonly ILogger logger;
    private readonly int maxOrdinary;
    private long armedFor = long.MaxValue;
    private int ordinaryUnderWay;
    private int ordinarySamples;
    private bool mayShed;

    public LaneCalls(TelemetryLog log, ITwinCaller twins, LaneSinks sinks, FeedRuntime runtime, FeedSignal signal)
    {
        this.log = log;
        this.twins = twins;
        this.sinks = sinks;
        budget = sinks.Budget;
        this.signal = signal;
        options = runtime.Options;
        instruments = runtime.Instruments;
        time = runtime.Time;
        random = runtime.Random;
        logger = runtime.Logger;
        maxOrdinary = budget.HasSafety ? Math.Max(1, options.MaxCalls - Math.Max(1, options.MaxCalls / 8)) : options.MaxCalls;
        timer = time.CreateTimer(static s => ((FeedSignal)s!).Set(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int UnderWay { get; private set; }

    /// <summary>A call is free for ordinary lanes: beyond this, work that is under way would stand before the safety class.</summary>
    private bool MayOrdinary =>
        ordinaryUnderWay < maxOrdinary && (!budget.HasSafety || ordinarySamples < options.MaxOrdinarySamplesUnderWay);

    public void Added(AssetLane lane)
    {
        budget.Sync(lane);
        if (lane.PendingCount > 0)
        {
            MakeReady(lane);
        }
    }

    /// <summary>Asks an idle twin for its positions.</summary>
    public void Probe(AssetLane lane) => MakeReady(lane);

    /// <summary>Handles answers and due retries, and sends what may be sent. True when anything moved.</summary>
    public bool Step()
    {
        bool moved = false;
        while (completed.TryDequeue(out (AssetLane Lane, ObserveResult Result, Exception? Failure) call))
        {
            Return(call.Lane);
            Settle(call.Lane, call.Result, call.Failure);
            moved = true;
        }

        long now = time.GetTimestamp();
        while (waiting.TryPeek(out AssetLane? lane, out long due) && due <= now)
        {
            waiting.Dequeue();
            ready.Enqueue(lane);
        }

        while (UnderWay < options.MaxCalls && ready.Next(MayOrdinary) is { } lane)
        {
            Send(lane, now);
            moved = true;
        }

        ArmTimer(now);
        return moved;
    }

    /// <summary>
    /// Lanes that wait for a retry give up what they hold, so that broken twins do not stop the others: first what is pending, then the
    /// batch itself where the twin was not reached. A batch on which the twin throws is kept, for its tries are counted.
    /// </summary>
    public void Shed()
    {
        if (!mayShed || !budget.IsTight)
        {
            return;
        }

        mayShed = false;
        foreach ((AssetLane lane, _) in waiting.UnorderedItems)
        {
            if (lane.PendingCount > 0)
            {
                lane.ShedPending();
                FallBack(lane);
            }
        }

        foreach ((AssetLane lane, _) in waiting.UnorderedItems)
        {
            if (budget.IsTight && lane.IsTransient && lane.Flight is { Samples.IsEmpty: false })
            {
                lane.ShedFlight();
                FallBack(lane);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void FallBack(AssetLane lane)
    {
        budget.Sync(lane);
        sinks.Rewinds.Add(lane);
    }

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
        TelemetryBatch batch = lane.Flight ?? lane.Depart(log.LogId);
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

        lane.IsUnderCall = true;
        UnderWay++;
        if (lane.Class == LaneClass.Ordinary)
        {
            ordinaryUnderWay++;
            ordinarySamples += batch.Samples.Length;
        }

        _ = AwaitAsync(lane, call);
    }

    private void Return(AssetLane lane)
    {
        lane.IsUnderCall = false;
        UnderWay--;
        if (lane.Class == LaneClass.Ordinary)
        {
            ordinaryUnderWay--;
            ordinarySamples -= lane.Flight!.Samples.Length;
        }
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

        budget.Sync(lane);
    }

    private void Refuse(AssetLane lane, ObserveResult result)
    {
        lane.Refusals++;

        // It refuses what follows the position that it names itself. Claiming nothing is the way on, and it is said.
        bool isContrary = lane.Refusals > 1 && lane.Accepted <= result.Position;
        if (isContrary)
        {
            sinks.Gaps.Add(lane.AssetId, result.Position + 1, Math.Max(result.Position + 1, lane.NextPosition - 1),
                "The twin refuses what follows its own position; it is fed without a claim on what came before.");
        }
        else
        {
            NoteLoss(lane, result.Position);
        }

        lane.Rewind(result.Position, result.DurablePosition, !isContrary);
        sinks.Rewinds.Add(lane);
        instruments.Rewinds.Add(1);
        LogRewind(lane.AssetId, result.Position, lane.Refusals);
        if (lane.Refusals > 2)
        {
            // It loses its state again and again: asked first, after a pause, before the log is read for it once more.
            lane.Failures = lane.Refusals - 2;
            Pause(lane);
            return;
        }

        Release(lane);
    }

    /// <summary>
    /// A twin that comes back with less than it once had in a checkpoint misses records that the log was allowed to forget. One that has
    /// all of its checkpoint misses nothing: what came after it is still in the log.
    /// </summary>
    private void NoteLoss(AssetLane lane, long position)
    {
        long start = log.Start;
        if (position < lane.Durable && position + 1 < start)
        {
            sinks.Gaps.Add(lane.AssetId, position + 1, Math.Min(lane.Durable, start - 1),
                $"The twin had position {lane.Durable} in its checkpoint and comes back with {position}; the log begins at {start}. " +
                "Its store was rolled back or damaged: restore the newest backup.");
        }
    }

    private void Fail(AssetLane lane, Exception failure)
    {
        lane.Failures++;
        instruments.Retries.Add(1);
        lane.IsTransient = twins.IsTransient(failure);
        if (lane.Flight!.Samples.IsEmpty)
        {
            bool isBehind = lane.IsBehind;
            int failures = lane.Failures;
            lane.Abandon();
            if (isBehind)
            {
                // The log is read again for a lane only when its twin answers.
                lane.Failures = failures;
                Pause(lane);
                return;
            }

            // A question, not a delivery: it is asked again at the next round.
            Release(lane);
            return;
        }

        LogRetry(lane.AssetId, lane.Failures, failure);
        if (lane.IsTransient)
        {
            Pause(lane);
            return;
        }

        lane.Hunt ??= new PoisonHunt();
        switch (lane.Hunt.Threw(lane.Flight.Samples.AsSpan(), options.MaxTries))
        {
            case PoisonStep.Retry:
                Pause(lane);
                return;
            case PoisonStep.Halve:
                lane.Unsend();
                Release(lane);
                return;
            default:
                Give(lane, failure);
                return;
        }
    }

    private void Give(AssetLane lane, Exception failure)
    {
        if (sinks.Quarantine.IsFull)
        {
            // Its store is away: the batch stays here, where lanes are bounded, and its next throw comes to this place again.
            Pause(lane);
            return;
        }

        ImmutableArray<Quarantine.QuarantinedMessage> poison = PoisonBatch.ToMessages(lane.Flight!, failure);
        LogPoison(lane.AssetId, poison.Length, poison[0].Position, failure);
        instruments.Poisoned.Add(lane.Flight!.Samples.Length);
        sinks.Quarantine.Add(poison);
        lane.Hunt!.Given(lane.Flight!.Samples.AsSpan());
        lane.Abandon();
        Release(lane);
    }

    private void Pause(AssetLane lane)
    {
        double factor = Math.Pow(2, Math.Min(lane.Failures - 1, 30)) * (1 - (random.NextDouble() / 2));
        TimeSpan pause = TimeSpan.FromTicks((long)Math.Min(options.RetryPause.Ticks * factor, options.MaxRetryPause.Ticks));
        waiting.Enqueue(lane, time.GetTimestamp() + ToTimestamp(pause));
        mayShed = true;
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

    [LoggerMessage(1300, LogLevel.Debug, "Call to {AssetId} failed, try {Failures}.")]
    private partial void LogRetry(string assetId, int failures, Exception failure);

    [LoggerMessage(1301, LogLevel.Error, "Twin {AssetId} fails on {Records} records from {Position}; they go to quarantine.")]
    private partial void LogPoison(string assetId, int records, long position, Exception failure);

    [LoggerMessage(1302, LogLevel.Information,
        "Twin {AssetId} has seen no more than {Position}; its records are read again (refusal {Refusals}).")]
    private partial void LogRewind(string assetId, long position, int refusals);
}
