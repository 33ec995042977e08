namespace Millwright.Ingest.Log;

/// <summary>
/// Whether the log takes records; red with a reason after a failed write or sync until a new segment works, and while there is no room.
/// </summary>
public sealed record LogHealth(bool IsHealthy, string Reason, DateTimeOffset Since)
{
    /// <summary>Takes records, but slower than they come, because it nears <see cref="LogOptions.MaxDiskBytes"/>.</summary>
    public bool IsSlowed { get; init; }

    /// <summary>Code of the refusals while red, e.g. <see cref="LogUnavailableException.Full"/>; empty otherwise.</summary>
    public string Code { get; init; } = "";
}
