using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Log;

public sealed partial class TelemetryLog
{
    [LoggerMessage(1200, LogLevel.Information, "Telemetry log {LogId} opened: {Segments} segments, durable to {DurableEnd}.")]
    private partial void LogOpened(string logId, int segments, long durableEnd);

    [LoggerMessage(1201, LogLevel.Warning,
        "A torn commit of {CutBytes} bytes was cut before segment {Segment}; none of it was acknowledged.")]
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
}
