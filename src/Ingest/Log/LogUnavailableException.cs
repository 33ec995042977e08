namespace Millwright.Ingest.Log;

/// <summary>
/// The log takes no records: it has no room (<see cref="Full"/>) or its disk fails (<see cref="Disk"/>). What was appended is not durable
/// and
/// will not become so: its source must not be acknowledged, and may send again.
/// </summary>
public sealed class LogUnavailableException(string code, string reason, TimeSpan retryAfter, Exception? innerException = null)
    : LogException(code, $"The telemetry log takes no records: {reason}", innerException)
{
    /// <summary><see cref="LogOptions.MaxDiskBytes"/> is reached, or the disk itself is full.</summary>
    public const string Full = "log.full";

    /// <summary>Writing or syncing fails.</summary>
    public const string Disk = "log.disk";

    /// <summary>When it is worth another try: by then the writer has tried the disk again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
