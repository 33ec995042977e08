using Millwright.Ingest.Log;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Reads the log a second time for the lanes of one class that are behind. One pass serves all of them: a silo's death, after which
/// hundreds of twins rewind, or a burst that leaves a thousand behind, costs one pass and not hundreds. It ends where the live reader
/// stands; there the lanes are live again. It pauses while its share of the buffer is full, so it reads as fast as the twins take.
/// </summary>
/// <remarks>
/// A lane that falls behind ahead of the pass joins it. One that is needed from before it waits for the next; the pass ends early for it,
/// but not before it has read half as far as the next one must go back, so that restarts at most treble what passes read.
/// </remarks>
internal sealed class RewindScan(
    TelemetryLog log, NameCache names, FeedRuntime runtime, FeedBudget budget, QuarantineFeed quarantine, LaneClass laneClass) : IDisposable
{
    private readonly HashSet<AssetLane> behind = [];
    private readonly Dictionary<string, AssetLane> served = new(StringComparer.Ordinal);
    private LogReader? reader;
    private AssetLane? full;
    private long begun;
    private long judged;

    /// <summary>Passes begun.</summary>
    public long Passes { get; private set; }

    /// <summary>Records read by all passes.</summary>
    public long Records { get; private set; }

    public int Behind => behind.Count + served.Count;

    /// <summary>Where the pass stands; null when there is none.</summary>
    public long? Position => served.Count > 0 ? reader!.Position : null;

    public void Add(AssetLane lane)
    {
        served.Remove(lane.AssetId);
        if (served.Count > 0 && lane.BehindAfter + 1 >= reader!.Position && IsReady(lane))
        {
            behind.Remove(lane);
            Serve(lane);
            return;
        }

        behind.Add(lane);
    }

    /// <summary>Reads one chunk. True when it read or changed anything.</summary>
    public bool Step(long livePosition, Action<AssetLane> added)
    {
        if (!MayGoOn() || (served.Count == 0 && !Begin()))
        {
            return false;
        }

        int read = 0;
        while (read < runtime.Options.ChunkRecords && budget.HasRoom(laneClass, isRewind: true) && full is null && !quarantine.IsFull)
        {
            if (reader!.Position >= livePosition || !reader.TryRead(out LogRecord record) || record.Position >= livePosition)
            {
                Finish();
                read++;
                break;
            }

            read++;
            if (record.Kind == LogRecordKind.Samples)
            {
                Take(record, added);
            }

            if (served.Count == 0)
            {
                break;
            }
        }

        Records += read;
        runtime.Instruments.Reread.Add(read);
        EndEarly();
        return read > 0;
    }

    /// <summary>What the pass went by without a record of the lane is not needed for it any more.</summary>
    public void NotePosition()
    {
        foreach (AssetLane lane in served.Values)
        {
            lane.PassedTo(reader!.Position);
        }
    }

    public void Dispose() => reader?.Dispose();

    /// <summary>A lane that is full and moves sets the pace; one whose twin is slow or broken is left for the next pass.</summary>
    private bool MayGoOn()
    {
        if (full is { } lane && lane.IsFull(runtime.Options) && lane.IsRewinding && !IsSlow(lane))
        {
            return false;
        }

        full = null;
        return true;
    }

    private bool IsSlow(AssetLane lane) =>
        lane.Failures > 0 || (lane.IsUnderCall && runtime.Time.GetElapsedTime(lane.LastCall) > runtime.Options.CatchUpPatience);

    private bool IsReady(AssetLane lane) => lane.Failures == 0 && lane.PendingCount < Math.Max(1, runtime.Options.MaxAssetSamples / 2);

    private void Serve(AssetLane lane)
    {
        lane.IsRewinding = true;
        served.Add(lane.AssetId, lane);
    }

    private bool Begin()
    {
        if (behind.Count == 0 || !budget.MayBegin(laneClass))
        {
            return false;
        }

        long from = long.MaxValue;
        foreach (AssetLane lane in behind)
        {
            if (IsReady(lane))
            {
                Serve(lane);
                from = Math.Min(from, lane.BehindAfter + 1);
            }
        }

        if (served.Count == 0)
        {
            return false;
        }

        behind.ExceptWith(served.Values);
        Passes++;
        runtime.Instruments.Passes.Add(1);
        OpenAt(from);
        begun = judged = reader!.Position;
        return true;
    }

    /// <summary>A reader that stands a little before the place goes on from there: opening one costs a scan of its own.</summary>
    private void OpenAt(long from)
    {
        if (reader is not null && reader.Position <= from && from - reader.Position < runtime.Options.CatchUpStride)
        {
            return;
        }

        reader?.Dispose();
        reader = log.OpenReader(from);
    }

    private void Take(LogRecord record, Action<AssetLane> added)
    {
        try
        {
            var samples = new RecordReader(record, names);
            if (!served.TryGetValue(samples.AssetId, out AssetLane? lane) || record.Position <= lane.BehindAfter)
            {
                return;
            }

            if (lane.IsFull(runtime.Options) && IsSlow(lane))
            {
                lane.StopReading(record.Position, samples.IngestTime);
                Add(lane);
                return;
            }

            lane.AddReread(ref samples, record.Position);
            full = lane.IsFull(runtime.Options) ? lane : null;
            added(lane);
        }
        catch (RecordFormatException fault)
        {
            // The live reader looks only at the head of a record whose lane is behind. Who was refused before is stored once all the same.
            quarantine.Refuse(record, fault.Message);
        }
    }

    private void EndEarly()
    {
        if (served.Count == 0 || behind.Count == 0 || reader!.Position - judged < runtime.Options.CatchUpStride)
        {
            return;
        }

        judged = reader.Position;
        long from = long.MaxValue;
        foreach (AssetLane lane in behind)
        {
            from = IsReady(lane) ? Math.Min(from, lane.BehindAfter + 1) : from;
        }

        if (from == long.MaxValue || reader.Position - begun < begun - from)
        {
            return;
        }

        NotePosition();
        foreach (AssetLane lane in served.Values)
        {
            lane.IsRewinding = false;
            behind.Add(lane);
        }

        served.Clear();
    }

    private void Finish()
    {
        foreach (AssetLane lane in served.Values)
        {
            lane.CatchUp();
        }

        served.Clear();
    }
}
