using Millwright.Ingest.Log;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Reads the log a second time for lanes that are behind. One pass serves all that are ready when it begins, so that a silo's death, after
/// which
/// hundreds of twins rewind, costs one pass and not hundreds. It ends where the live reader stands; there the lanes are live again.
/// </summary>
internal sealed class RewindScan(TelemetryLog log, NameCache names, FeedOptions options) : IDisposable
{
    private readonly HashSet<AssetLane> behind = [];
    private readonly Dictionary<string, AssetLane> served = [];
    private LogReader? reader;

    /// <summary>Lanes that wait for a pass.</summary>
    public int Waiting => behind.Count;

    public void Add(AssetLane lane)
    {
        behind.Add(lane);
        served.Remove(lane.AssetId);
    }

    /// <summary>Reads one chunk. True when it read or changed anything.</summary>
    public bool Step(long livePosition, Action<AssetLane, int> added)
    {
        if (reader is null && !Begin())
        {
            return false;
        }

        for (int i = 0; i < options.ChunkRecords; i++)
        {
            if (served.Count == 0 || reader!.Position >= livePosition || !reader.TryRead(out LogRecord record) || record.Position >= livePosition)
            {
                Finish();
                return true;
            }

            if (record.Kind == LogRecordKind.Samples)
            {
                Take(record, added);
            }
        }

        return true;
    }

    public void Dispose() => reader?.Dispose();

    private bool Begin()
    {
        long from = long.MaxValue;
        foreach (AssetLane lane in behind)
        {
            if (lane.IsEmpty && !lane.IsOwned)
            {
                lane.IsRewinding = true;
                served.Add(lane.AssetId, lane);
                from = Math.Min(from, lane.BehindAfter + 1);
            }
        }

        if (served.Count == 0)
        {
            return false;
        }

        behind.ExceptWith(served.Values);
        reader = log.OpenReader(from);
        return true;
    }

    private void Take(LogRecord record, Action<AssetLane, int> added)
    {
        RecordReader samples;
        try
        {
            samples = new RecordReader(record, names);
        }
        catch (RecordFormatException)
        {
            // The live reader has sent it to quarantine when it passed here.
            return;
        }

        if (!served.TryGetValue(samples.AssetId, out AssetLane? lane) || record.Position <= lane.BehindAfter)
        {
            return;
        }

        if (lane.PendingCount >= options.MaxAssetSamples)
        {
            lane.StopReading();
            Add(lane);
            return;
        }

        try
        {
            lane.Add(ref samples, record.Position);
            lane.BehindAfter = record.Position;
            added(lane, samples.Count);
        }
        catch (RecordFormatException)
        {
            // As above.
        }
    }

    private void Finish()
    {
        foreach (AssetLane lane in served.Values)
        {
            lane.CatchUp();
        }

        served.Clear();
        reader!.Dispose();
        reader = null;
    }
}
