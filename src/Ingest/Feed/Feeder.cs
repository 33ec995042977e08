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
    private readonly RewindScan rewinds;
    private readonly LaneCalls calls;
    private readonly LogKeeper keeper;
    private readonly LogReader live;
    private readonly Action<AssetLane, int> added;
    private DateTimeOffset lastIngest;
    private Task armed = Task.CompletedTask;

    public Feeder(
        TelemetryLog log, ITwinCaller twins, IQuarantineStore quarantineStore, ICheckpointBarrier barrier, FeederSetup setup,
            ILogger<Feeder> logger)
    {
        this.log = log;
        this.logger = logger;
        runtime = new FeedRuntime(setup.Options, setup.Instruments, setup.Time, setup.Random, logger);
        quarantine = new QuarantineFeed(quarantineStore, runtime, signal);
        rewinds = new RewindScan(log, names, setup.Options);
        calls = new LaneCalls(log.LogId, twins, new LaneSinks(quarantine, rewinds), runtime, signal);
        keeper = new LogKeeper(log, barrier, runtime, signal) { Holds = setup.Holds };
        long from = FeedCursor.Read(log);
        live = log.OpenReader(from);
        lastIngest = setup.Time.GetUtcNow();
        added = calls.Added;
        LogFeedBegins(log.LogId, from);
    }

    public override void Dispose()
    {
        base.Dispose();
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
        bool moved = false;
        if (HasRoom())
        {
            moved = ReadLive();
            moved |= rewinds.Step(live.Position, added);
        }

        moved |= calls.Step();
        moved |= quarantine.Step(cancellationToken);
        if (keeper.IsDue)
        {
            await keeper.KeepAsync(new LogHolds(live.Position, quarantine.NeededFrom, lanes), calls, cancellationToken);
            Publish(null);
            moved = true;
        }

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

    private bool HasRoom()
    {
        if (quarantine.IsFull)
        {
            return false;
        }

        if (calls.Buffered < runtime.Options.MaxBufferedSamples)
        {
            return true;
        }

        calls.Shed();
        return calls.Buffered < runtime.Options.MaxBufferedSamples;
    }

    private bool ReadLive()
    {
        int count = 0;
        while (count < runtime.Options.ChunkRecords && live.TryRead(out LogRecord record))
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
                default:
                    Refuse(record, $"kind {(int)record.Kind} is not known to this build");
                    break;
            }
        }

        runtime.Instruments.Records.Add(count);
        return count > 0;
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
                return;
            }

            if (lane.PendingCount >= runtime.Options.MaxAssetSamples)
            {
                lane.StopReading();
                rewinds.Add(lane);
                return;
            }

            lane.Add(ref samples, record.Position);
            calls.Added(lane, samples.Count);
        }
        catch (RecordFormatException fault)
        {
            Refuse(record, fault.Message);
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
            Refuse(record, fault.Message);
        }
    }

    private void Refuse(LogRecord record, string detail)
    {
        LogRecordRefused(record.Position, detail);
        quarantine.Add(new QuarantinedMessage
        {
            Position = record.Position,
            IngestTime = runtime.Time.GetUtcNow(),
            Source = "log",
            Topic = log.LogId,
            Reason = "record.format",
            Detail = detail,
            PayloadLength = record.Payload.Length,
            Payload = record.Payload[..Math.Min(record.Payload.Length, QuarantinedMessage.MaxPayload)].ToArray(),
        });
    }

    private AssetLane LaneOf(string assetId)
    {
        if (!lanes.TryGetValue(assetId, out AssetLane? lane))
        {
            lane = new AssetLane(assetId);
            lanes.Add(assetId, lane);
        }

        return lane;
    }

    private void Arm(CancellationToken cancellationToken)
    {
        // At the bound the log always has more to read: then only an answer or a retry may wake the loop.
        if (armed.IsCompleted && HasRoom())
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
        long behind = Math.Max(0, log.DurableEnd - live.Position);
        runtime.Instruments.Status = new FeedStatus
        {
            Position = live.Position,
            LagBytes = behind,
            Lag = behind == 0 ? TimeSpan.Zero : runtime.Time.GetUtcNow() - lastIngest,
            BufferedSamples = calls.Buffered,
            HeldBytes = Math.Max(0, log.DurableEnd - keeper.SafePosition),
            Laggard = keeper.Laggard,
            Fault = fault,
        };
    }

    [LoggerMessage(1310, LogLevel.Information, "Feeding from log {LogId}, position {From}.")]
    private partial void LogFeedBegins(string logId, long from);

    [LoggerMessage(1311, LogLevel.Critical, "The feeder stopped at damage in the log.")]
    private partial void LogFeedStopped(Exception damage);

    [LoggerMessage(1313, LogLevel.Warning, "The log cannot be read; the feeder tries again.")]
    private partial void LogReadFailed(Exception failure);

    [LoggerMessage(1312, LogLevel.Error, "Record {Position} cannot be read ({Detail}); it goes to quarantine.")]
    private partial void LogRecordRefused(long position, string detail);
}
