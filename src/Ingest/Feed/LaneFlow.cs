namespace Millwright.Ingest.Feed;

/// <summary>How an asset's records reach it.</summary>
public enum LaneFlow
{
    /// <summary>As they are appended.</summary>
    Live = 0,

    /// <summary>Skipped; they wait in the log for a rewind.</summary>
    Behind = 1,

    /// <summary>By a rewind that is on its way to the live end.</summary>
    Rewinding = 2,

    /// <summary>Not at all just now: its twin fails, and is tried again.</summary>
    Retrying = 3,
}
