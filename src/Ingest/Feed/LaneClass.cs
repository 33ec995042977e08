namespace Millwright.Ingest.Feed;

/// <summary>What an asset is worth when not all can be served at once.</summary>
public enum LaneClass
{
    /// <summary>Falls behind first; what it misses comes from the log, later and in order.</summary>
    Ordinary = 0,

    /// <summary>Stays live: room, calls and turns are kept free for it.</summary>
    Safety = 1,
}
