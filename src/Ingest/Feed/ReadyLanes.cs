namespace Millwright.Ingest.Feed;

/// <summary>
/// Lanes that have something to send. The safety class goes first, live lanes before those that catch up; none waits for ever.
/// </summary>
internal sealed class ReadyLanes
{
    /// <summary>Every so many turns go to those who would wait.</summary>
    private const int OrdinaryTurn = 8;
    private const int CatchUpTurn = 4;

    private readonly Queue<AssetLane> safety = new();
    private readonly Queue<AssetLane> live = new();
    private readonly Queue<AssetLane> catchingUp = new();
    private int safetyTurns;
    private int liveTurns;

    public bool HasSafety => safety.Count > 0;

    public void Enqueue(AssetLane lane) => (lane.Class == LaneClass.Safety ? safety : lane.IsBehind ? catchingUp : live).Enqueue(lane);

    /// <param name="mayOrdinary">False: calls are left for the safety class only.</param>
    public AssetLane? Next(bool mayOrdinary)
    {
        bool hasOrdinary = mayOrdinary && (live.Count > 0 || catchingUp.Count > 0);
        if (safety.Count > 0 && (!hasOrdinary || ++safetyTurns % OrdinaryTurn != 0))
        {
            return safety.Dequeue();
        }

        if (!hasOrdinary)
        {
            return null;
        }

        bool isLive = live.Count > 0 && (catchingUp.Count == 0 || ++liveTurns % CatchUpTurn != 0);
        return isLive ? live.Dequeue() : catchingUp.Dequeue();
    }
}
