using Millwright.Ingest.Log;

namespace Millwright.Ingest.Feed;

/// <summary>One pass for each class: a safety twin that rewinds must not wait for a thousand others to catch up.</summary>
internal sealed class RewindScans(TelemetryLog log, NameCache names, FeedRuntime runtime, FeedBudget budget, QuarantineFeed quarantine)
    : IDisposable
{
    private readonly RewindScan ordinary = new(log, names, runtime, budget, quarantine, LaneClass.Ordinary);
    private readonly RewindScan safety = new(log, names, runtime, budget, quarantine, LaneClass.Safety);

    public long Passes => ordinary.Passes + safety.Passes;

    public long Records => ordinary.Records + safety.Records;

    public int Behind => ordinary.Behind + safety.Behind;

    public void Add(AssetLane lane) => (lane.Class == LaneClass.Safety ? safety : ordinary).Add(lane);

    /// <summary>Reads one chunk for each class. True when anything moved.</summary>
    public bool Step(long livePosition, Action<AssetLane> added) => safety.Step(livePosition, added) | ordinary.Step(livePosition, added);

    public void NotePositions()
    {
        ordinary.NotePosition();
        safety.NotePosition();
    }

    public void Dispose()
    {
        ordinary.Dispose();
        safety.Dispose();
    }
}
