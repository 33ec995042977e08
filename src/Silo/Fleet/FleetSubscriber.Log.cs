namespace Millwright.Silo.Fleet;

public sealed partial class FleetSubscriber
{
    [LoggerMessage(3001, LogLevel.Warning, "The fleet index was not filled from the store after {AssetId}")]
    private static partial void LogFillStopped(ILogger logger, Exception exception, string assetId);

    [LoggerMessage(3002, LogLevel.Warning, "Twin {AssetId} was not read into the fleet index")]
    private static partial void LogTwinNotRead(ILogger logger, Exception exception, string assetId);
}
