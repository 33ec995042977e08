using Microsoft.Extensions.Logging;
using Millwright.Ingest.Log;

namespace Millwright.Ingest.Feed;

/// <summary>What still needs the log.</summary>
internal sealed record LogHolds(long LivePosition, long QuarantineFrom, Dictionary<string, AssetLane> Lanes);

/// <summary>
/// Finds the position below which nobody needs the log, keeps it as the restart cursor, and truncates. A twin at rest does not say that it
/// has
/// written a checkpoint, so twins that hold the log back are asked.
/// </summary>
internal sealed partial class LogKeeper : IDisposable
{
    private readonly TelemetryLog log;
    private readonly ICheckpointBarrier barrier;
    private readonly FeedRuntime runtime;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private readonly List<AssetLane> forgotten = [];
    private volatile bool due;

    public LogKeeper(TelemetryLog log, ICheckpointBarrier barrier, FeedRuntime runtime, FeedSignal signal)
    {
        this.log = log;
        this.barrier = barrier;
        this.runtime = runtime;
        logger = runtime.Logger;
        SafePosition = FeedCursor.Read(log);
        timer = runtime.Time.CreateTimer(
            _ =>
            {
                due = true;
                signal.Set();
            },
            null,
            runtime.Options.TruncateInterval,
            runtime.Options.TruncateInterval);
    }

    public bool IsDue => due;

    public IReadOnlyList<ILogHold> Holds { get; init; } = [];

    /// <summary>What the feeder no longer needs; the restart cursor.</summary>
    public long SafePosition { get; private set; }

    /// <summary>What nobody needs any more: below it the log may be truncated.</summary>
    public long ReleasedPosition { get; private set; }

    /// <summary>The asset that holds the log back the furthest.</summary>
    public string? Laggard { get; private set; }

    public async ValueTask KeepAsync(LogHolds holds, LaneCalls calls, CancellationToken cancellationToken)
    {
        due = false;
        long safe = FindSafe(holds);
        Probe(holds.Lanes, calls);

        // Asked before the sync: what a hold gave up was committed before, and so this sync makes it durable.
        long released = Holds.Aggregate(safe, (lowest, hold) => Math.Min(lowest, hold.NeededFrom));
        if (safe <= SafePosition && released <= ReleasedPosition)
        {
            return;
        }

        try
        {
            await barrier.SyncAsync(cancellationToken);
            try
            {
                MoveCursor(safe);
            }
            catch (Exception full) when (full is IOException or LogDiskException or UnauthorizedAccessException)
            {
                // On a full disk the cursor can be written only when the truncation has made room. Should it fail even then, the one of
                // before would point to what has gone, and a restart would take that for a gap.
                FeedCursor.Remove(log);
                log.Truncate(released);
                MoveCursor(safe);
            }

            log.Truncate(released);
            ReleasedPosition = Math.Max(ReleasedPosition, released);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or OutOfMemoryException))
        {
            // Nothing is lost by keeping more of the log than needed; the next round tries again.
            LogKeepFailed(safe, failure);
        }
    }

    public void Dispose() => timer.Dispose();

    private void MoveCursor(long safe)
    {
        if (safe > SafePosition)
        {
            FeedCursor.Write(log, safe);
            SafePosition = safe;
        }
    }

    private long FindSafe(LogHolds holds)
    {
        long safe = Math.Min(holds.LivePosition, holds.QuarantineFrom);
        Laggard = null;
        bool isCrowded = holds.Lanes.Count > runtime.Options.MaxLanes;
        forgotten.Clear();
        foreach (AssetLane lane in holds.Lanes.Values)
        {
            long needed = lane.NeededFrom;
            if (needed < safe)
            {
                safe = needed;
                Laggard = lane.AssetId;
            }

            if (isCrowded && needed == long.MaxValue && !lane.IsOwned)
            {
                forgotten.Add(lane);
            }
        }

        foreach (AssetLane lane in forgotten)
        {
            holds.Lanes.Remove(lane.AssetId);
        }

        return safe;
    }

    private void Probe(Dictionary<string, AssetLane> lanes, LaneCalls calls)
    {
        long now = runtime.Time.GetTimestamp();
        int asked = 0;
        foreach (AssetLane lane in lanes.Values)
        {
            if (asked >= runtime.Options.MaxCalls)
            {
                return;
            }

            if (lane.HasVolatile && lane.IsEmpty && !lane.IsOwned && !lane.IsBehind
                && runtime.Time.GetElapsedTime(lane.LastCall, now) >= runtime.Options.ProbeInterval)
            {
                asked++;
                calls.Probe(lane);
            }
        }
    }

    [LoggerMessage(1320, LogLevel.Warning, "The log could not be truncated to {Position}.")]
    private partial void LogKeepFailed(long position, Exception failure);
}
