namespace Millwright.Ingest.Feed;

/// <summary>Where a lane's batches go when they cannot go to the twin.</summary>
internal sealed record LaneSinks(QuarantineFeed Quarantine, RewindScan Rewinds);
