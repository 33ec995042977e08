using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Feed;

public sealed partial class Feeder
{
    [LoggerMessage(1310, LogLevel.Information, "Feeding from log {LogId}, position {From}.")]
    private partial void LogFeedBegins(string logId, long from);

    [LoggerMessage(1311, LogLevel.Critical, "The feeder stopped at damage in the log.")]
    private partial void LogFeedStopped(Exception damage);

    [LoggerMessage(1313, LogLevel.Warning, "The log cannot be read; the feeder tries again.")]
    private partial void LogReadFailed(Exception failure);
}
