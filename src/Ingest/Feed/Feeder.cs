using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Carries records from the log to the twins: in order per asset, with one call per asset under way; what arrives meanwhile goes out as one
/// larger
/// batch, so the busier it is, the cheaper a sample gets. One loop owns all state; calls that complete at once are handled in it, others
/// come
/// back through a queue.
/// </summary>
public sealed partial class Feeder : BackgroundService
{
    private readonly Dictionary<string, AssetLane> lanes = new(StringComparer.Ordinal);
    private readonly NameCache names = new();
    private readonly FeedSignal signal = new();
    private readonly TelemetryLog log;
    private readonly FeedRuntime runtime;
    private readonly ILogger<Feeder> logger;
    private readonly QuarantineFeed quarantine;
    private readonly RewindScans rewinds;
    private readonly FeedBudget budget;
    private readonly GapBook gaps;
    private readonly LagReport report;
    private readonly ILanePriority priority;
    private readonly LagDesk lags;
    private readonly LaneCalls calls;
    private readonly LogKeeper keeper;
    private readonly LogReader live;
    private readonly Action<AssetLane> added;
    private DateTimeOffset lastIngest;
    private long lastStatus;
    private long saidUntil;
    private Task armed = Task.CompletedTask;

    public Feeder(
        TelemetryLog log, ITwinCaller twins, IQuarantineStore quarantineStore, ICheckpointBarrier barrier, FeederSetup setup,
            ILogger<Feeder> logger)
    {
        this.log = log;
        this.logger = logger;
        runtime = new FeedRuntime(setup.Options, setup.Instruments, setup.Time, setup.Random, logger);
        priority = setup.Priority;
        lags = setup.Lags;
        lags.Wake = signal.Set;
        budget = new FeedBudget(setup.Options, priority.HasSafety);
        gaps = new GapBook(log.LogId, runtime);
        report = new LagReport(runtime, log);
        quarantine = new QuarantineFeed(log.LogId, quarantineStore, runtime, signal);
        rewinds = new RewindScans(log, names, runtime, budget, quarantine);
        calls = new LaneCalls(log, twins, new LaneSinks(quarantine, rewinds, budget, gaps), runtime, signal);
        keeper = new LogKeeper(log, barrier, runtime, signal) { Holds = setup.Holds };
        long from = FeedCursor.Read(log);
        live = log.OpenReader(from);
        lastIngest = setup.Time.GetUtcNow();
        added = calls.Added;
        LogFeedBegins(log.LogId, from);
        if (from > 0 && from < log.Start)
        {
            gaps.Add(null, from, log.Start - 1, "The log was shortened beyond what was in checkpoints.");
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        lags.Close();
        calls.Dispose();
        quarantine.Dispose();
        keeper.Dispose();
        rewinds.Dispose();
        live.Dispose();
        signal.Dispose();
    }

    /// <summary>One round without waiting; true when anything moved, and another round may move more.</summary>
    internal async ValueTask<bool> StepAsync(CancellationToken cancellationToken)
    {
        calls.Shed();
        bool moved = ReadLive();
        moved |= rewinds.Step(live.Position, added);
        moved |= calls.Step();
        moved |= quarantine.Step(cancellationToken);
        if (keeper.IsDue)
        {
            rewinds.NotePositions();
            await keeper.KeepAsync(new LogHolds(live.Position, quarantine.NeededFrom, lanes), calls, cancellationToken);
            Publish(null);
            moved = true;
        }
        else if (runtime.Time.GetElapsedTime(lastStatus) >= runtime.Options.StatusInterval)
        {
            Publish(null);
        }

        AnswerLags();
        return moved;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (!await TryStepAsync(stoppingToken))
                {
                    Arm(stoppingToken);
                    await signal.WaitAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown: what is not delivered is in the log, after the cursor.
        }
        catch (LogCorruptException damage)
        {
            // Going on would skip acknowledged records. Ingest continues, the log grows, and health is red until someone decides.
            LogFeedStopped(damage);
            Publish(damage.Message);
        }
        finally
        {
            lags.Close();
        }
    }

    private async ValueTask<bool> TryStepAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or LogDiskException)
        {
            // The disk cannot be read just now: readers keep their place, and what is in memory is unharmed.
            LogReadFailed(failure);
            await Task.Delay(runtime.Options.MaxRetryPause, runtime.Time, cancellationToken);
            return true;
        }
    }

    /// <summary>
    /// Reading goes on at the live end whatever is behind: lanes without room are skipped, and a rewind brings what they miss. Only the
    /// safety class's own share, and a quarantine that cannot be written, stop it.
    /// </summary>
    private bool MayRead() => !quarantine.IsFull && (!budget.HasSafety || budget.HasRoom(LaneClass.Safety, isRewind: false));

    private bool ReadLive()
    {
        int count = 0;
        NoteTruncation();
        while (count < runtime.Options.ChunkRecords && MayRead() && live.TryRead(out LogRecord record))
        {
            count++;
            switch (record.Kind)
            {
                case LogRecordKind.Samples:
                    TakeSamples(record);
                    break;
                case LogRecordKind.Quarantined:
                    TakeQuarantined(record);
                    break;
                case LogRecordKind.MqttSession:
                    break;
                default:
                    quarantine.Refuse(record, $"kind {(int)record.Kind} is not known to this build");
                    break;
            }
        }

        runtime.Instruments.Records.Add(count);
        return count > 0;
    }

    /// <summary>Whoever shortens the log beyond what was read takes records that nobody has seen.</summary>
    private void NoteTruncation()
    {
        long start = log.Start;
        long next = Math.Max(live.Position, saidUntil);
        if (start > next)
        {
            saidUntil = start;
            gaps.Add(null, next, start - 1, "The log was shortened beyond what was read.");
        }
    }

    private void TakeSamples(LogRecord record)
    {
        try
        {
            var samples = new RecordReader(record, names);
            lastIngest = samples.IngestTime;
            AssetLane lane = LaneOf(samples.AssetId);
            if (lane.IsBehind)
            {
                lane.Skip(samples.Count);
                return;
            }

            if (lane.IsFull(runtime.Options) || !budget.HasRoom(lane.Class, isRewind: false))
            {
                lane.StopReading(record.Position, samples.IngestTime);
                lane.Skip(samples.Count);
                rewinds.Add(lane);
                return;
            }

            lane.Add(ref samples, record.Position);
            calls.Added(lane);
        }
        catch (RecordFormatException fault)
        {
            quarantine.Refuse(record, fault.Message);
        }
    }

    private void TakeQuarantined(LogRecord record)
    {
        try
        {
            quarantine.Add(RecordReader.ReadQuarantined(record, names));
        }
        catch (RecordFormatException fault)
        {
            quarantine.Refuse(record, fault.Message);
        }
    }

    private AssetLane LaneOf(string assetId)
    {
        if (!lanes.TryGetValue(assetId, out AssetLane? lane))
        {
            lane = new AssetLane(assetId, priority.ClassOf(assetId));
            lanes.Add(assetId, lane);
        }

        return lane;
    }

    private void Arm(CancellationToken cancellationToken)
    {
        // At the bound the log always has more to read: then only an answer or a retry may wake the loop.
        if (armed.IsCompleted && MayRead())
        {
            armed = WakeOnRecordsAsync(cancellationToken);
        }
    }

    private async Task WakeOnRecordsAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await live.WaitToReadAsync(cancellationToken))
            {
                signal.Set();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The loop ends by itself.
        }
    }

    private void Publish(string? fault)
    {
        lastStatus = runtime.Time.GetTimestamp();
        long behind = Math.Max(0, log.DurableEnd - live.Position);
        (ImmutableArray<ClassLag> classes, ImmutableArray<AssetLag> laggards) = report.Over(lanes);
        runtime.Instruments.Status = new FeedStatus
        {
            LogId = log.LogId,
            Position = live.Position,
            LagBytes = behind,
            Lag = behind == 0 ? TimeSpan.Zero : runtime.Time.GetUtcNow() - lastIngest,
            BufferedSamples = budget.Buffered,
            PeakSamples = budget.Peak,
            HeldBytes = Math.Max(0, log.DurableEnd - Math.Max(keeper.ReleasedPosition, log.Start)),
            CallsUnderWay = calls.UnderWay,
            RewindPasses = rewinds.Passes,
            RewindRecords = rewinds.Records,
            Laggard = keeper.Laggard,
            Classes = classes,
            Laggards = laggards,
            GapCount = gaps.Count,
            Gaps = gaps.Kept,
            Fault = fault,
        };
    }

    private void AnswerLags()
    {
        while (lags.TryTake(out string assetId, out TaskCompletionSource<AssetLag?> answer))
        {
            answer.TrySetResult(lanes.TryGetValue(assetId, out AssetLane? lane) ? report.Of(lane) : null);
        }
    }
}
