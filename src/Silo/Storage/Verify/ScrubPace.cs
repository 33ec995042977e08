namespace Millwright.Silo.Storage.Verify;

/// <param name="Interval">From the end of one pass to the begin of the next.</param>
/// <param name="Pause">After each asset, so that the disk is left to others.</param>
/// <param name="IsDueAtStart">False for a store that was checked when it was opened.</param>
public sealed record ScrubPace(TimeSpan Interval, TimeSpan Pause, Func<bool> IsDueAtStart);
