using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Log;

public sealed partial class TelemetryLog
{
    [LoggerMessage(1200, LogLevel.Information, "Telemetry log {LogId} opened: {Segments} segments, durable to {DurableEnd}.")]
    private partial void LogOpened(string logId, int segments, long durableEnd);

    [LoggerMessage(1201, LogLevel.Warning,
        "{CutBytes} bytes behind the last whole record of segment {Segment} were cut: a torn commit, which nothing proves to have been "
        + "acknowledged.")]
    private partial void LogTailCut(long cutBytes, string segment);

    [LoggerMessage(1202, LogLevel.Error, "Segment {Segment} failed; nothing is acknowledged until a new segment works.")]
    private partial void LogFailed(string segment, Exception failure);

    [LoggerMessage(1203, LogLevel.Warning, "The log's disk still fails.")]
    private partial void LogStillFailing(Exception failure);

    [LoggerMessage(1204, LogLevel.Information, "The log takes records again, in segment {Segment}.")]
    private partial void LogRecovered(string segment);

    [LoggerMessage(1205, LogLevel.Information, "{Segments} segments below {Position} deleted.")]
    private partial void LogTruncated(int segments, long position);

    [LoggerMessage(1206, LogLevel.Information, "Telemetry log closed at {Position}.")]
    private partial void LogClosed(long position);

    [LoggerMessage(1207, LogLevel.Warning,
        "The log nears its bound of {MaxDiskBytes} bytes: sources are slowed until truncation makes room.")]
    private partial void LogSlowed(long maxDiskBytes);

    [LoggerMessage(1208, LogLevel.Information, "The log has room again.")]
    private partial void LogHasRoom();

    [LoggerMessage(1209, LogLevel.Error, "The log is full: {Reason} Nothing is taken until truncation makes room.")]
    private partial void LogFull(string reason);

    [LoggerMessage(1210, LogLevel.Warning, "Segments that are no longer needed could not be deleted; the next try is in a second.")]
    private partial void LogSweepFailed(Exception failure);

    [LoggerMessage(1211, LogLevel.Warning,
        "Segment {Segment} could not be cut to its length; its reserved blocks stay until it is deleted.")]
    private partial void LogTrimFailed(string segment, Exception failure);

    [LoggerMessage(1212, LogLevel.Error, "The log starts on a disk that fails; nothing is taken until it works.")]
    private partial void LogOpenedSick(Exception failure);
}
