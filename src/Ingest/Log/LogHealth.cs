namespace Millwright.Ingest.Log;

/// <summary>Whether the log takes records; red with a reason after a failed write or sync, until a new segment works.</summary>
public sealed record LogHealth(bool IsHealthy, string Reason, DateTimeOffset Since);
