namespace Millwright.Ingest.Log;

/// <summary>
/// The disk failed: the record is not durable and will not become so. Its source must not be acknowledged, and may send again.
/// </summary>
public sealed class LogUnavailableException(string reason, Exception? innerException = null)
    : LogException("log.unavailable", $"The telemetry log takes no records: {reason}", innerException);
