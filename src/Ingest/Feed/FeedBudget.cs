namespace Millwright.Ingest.Feed;

/// <summary>
/// Samples in memory, counted by who brought them: the live reader or a rewind, for which class. Each has its own share of the bound, so
/// that none of them can starve another. Each share may be exceeded by one record.
/// </summary>
internal sealed class FeedBudget
{
    private readonly int[] held = new int[4];
    private readonly int[] limits;

    public FeedBudget(FeedOptions options, bool hasSafety)
    {
        HasSafety = hasSafety;
        int quarter = Math.Max(1, options.MaxBufferedSamples / 4);
        int sixteenth = Math.Max(1, quarter / 4);

        // Without a safety class its quarter goes to the live reader.
        limits = hasSafety
            ? [Math.Max(1, options.MaxBufferedSamples / 2), quarter, Math.Max(1, quarter - sixteenth), sixteenth]
            : [Math.Max(1, options.MaxBufferedSamples - quarter), quarter, int.MaxValue, int.MaxValue];
    }

    public bool HasSafety { get; }

    /// <summary>Over all shares.</summary>
    public int Buffered { get; private set; }

    /// <summary>Highest <see cref="Buffered"/> so far.</summary>
    public int Peak { get; private set; }

    /// <summary>
    /// A share is used up, or so much of a rewind's that no pass may begin: what only waits must then give way, or none ever would.
    /// </summary>
    public bool IsTight =>
        held[0] >= limits[0] || held[2] >= limits[2] || !MayBegin(LaneClass.Ordinary) || !MayBegin(LaneClass.Safety);

    public bool HasRoom(LaneClass lane, bool isRewind) => held[Share(lane, isRewind)] < limits[Share(lane, isRewind)];

    /// <summary>A pass begins with half of its share free, so that it reads more than it costs to begin.</summary>
    public bool MayBegin(LaneClass lane) => held[Share(lane, true)] <= limits[Share(lane, true)] / 2;

    /// <summary>Counts what changed in a lane since it was counted last.</summary>
    public void Sync(AssetLane lane)
    {
        int live = lane.Buffered - lane.Reread;
        held[Share(lane.Class, false)] += live - lane.CountedLive;
        held[Share(lane.Class, true)] += lane.Reread - lane.CountedReread;
        Buffered += lane.Buffered - lane.CountedLive - lane.CountedReread;
        lane.CountedLive = live;
        lane.CountedReread = lane.Reread;
        Peak = Math.Max(Peak, Buffered);
    }

    private static int Share(LaneClass lane, bool isRewind) => ((int)lane * 2) + (isRewind ? 1 : 0);
}
