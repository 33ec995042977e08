namespace Millwright.Ingest.Feed;

/// <summary>Where a lane's batches go when they cannot go to the twin, and what counts them.</summary>
internal sealed record LaneSinks(QuarantineFeed Quarantine, RewindScans Rewinds, FeedBudget Budget, GapBook Gaps);
