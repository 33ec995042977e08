namespace Millwright.Ingest.Log;

/// <summary>
/// The log on the disk cannot be read at the start. Going on without it would skip acknowledged records, so the silo does not start: mend
/// the
/// disk or restore the directory.
/// </summary>
public sealed class LogUnreadableException(string detail, Exception innerException)
    : LogException("log.unreadable", $"The telemetry log cannot be read: {detail}", innerException);
