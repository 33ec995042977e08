using Microsoft.Extensions.Logging;

namespace Millwright.Grains.Twins;

public sealed partial class AssetTwinGrain
{
    [LoggerMessage(2500, LogLevel.Information,
        "Twin {AssetId} asked log {LogId} to resume: batch follows {PreviousPosition}, seen {Position}")]
    private static partial void LogResumeAsked(ILogger logger, string assetId, string logId, long previousPosition, long position);

    [LoggerMessage(2501, LogLevel.Error, "Checkpoint of {AssetId} was not written; the twin reloads")]
    private static partial void LogRecordFailed(ILogger logger, string assetId, Exception fault);

    [LoggerMessage(2502, LogLevel.Warning, "A receiver of {AssetId} is away; {Waiting} effects wait")]
    private static partial void LogDeliveryFailed(ILogger logger, string assetId, int waiting, Exception fault);

    [LoggerMessage(2503, LogLevel.Warning, "A change of {AssetId} was not published")]
    private static partial void LogPublishFailed(ILogger logger, string assetId, Exception fault);

    [LoggerMessage(2504, LogLevel.Error, "A batch of {AssetId} could not be taken; the twin reloads")]
    private static partial void LogObserveFailed(ILogger logger, string assetId, Exception fault);

    [LoggerMessage(2505, LogLevel.Warning,
        "Twin {AssetId} is back at the checkpoint before the last; {Events} alert events told since are compared with the replay")]
    private static partial void LogAdopted(ILogger logger, string assetId, int events);

    [LoggerMessage(2506, LogLevel.Information, "Detector {DetectorId} of {AssetId}: {Change} of version {Version}, from {From} on")]
    private static partial void LogDetectorChanged(
        ILogger logger, string assetId, string detectorId, string change, string version, DateTimeOffset from);

    [LoggerMessage(2507, LogLevel.Warning,
        "The plant's files say something new of detector {DetectorId} of {AssetId}: {Changes} changes made while it ran are let go")]
    private static partial void LogDetectorOverruled(ILogger logger, string assetId, string detectorId, int changes);
}
