using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

internal sealed partial class LocalSilo
{
    [LoggerMessage(9001, LogLevel.Error, "A turn of {Grain} failed with an exception that no caller awaits.")]
    public partial void LogTurnFailed(Exception exception, GrainId grain);

    [LoggerMessage(9002, LogLevel.Warning, "{Grain} did not activate; the calls that wait for it get the exception.")]
    public partial void LogActivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(9003, LogLevel.Warning, "{Grain} failed in its deactivation; it is gone all the same.")]
    public partial void LogDeactivationFailed(Exception exception, GrainId grain);

    [LoggerMessage(9004, LogLevel.Warning, "A timer tick of {Grain} failed; the timer goes on.")]
    public partial void LogTimerFailed(Exception exception, GrainId grain);

    [LoggerMessage(9005, LogLevel.Warning, "A one-way call to {Grain} failed.")]
    private partial void LogOneWayFailed(Exception exception, GrainId grain);

    [LoggerMessage(9006, LogLevel.Warning, "The silo stopped with {Activations} grains still active: the host's time for stopping was up.")]
    private partial void LogStopCutShort(int activations);

    [LoggerMessage(9007, LogLevel.Warning, "A delivery on stream {Stream} to {Subscriber} failed (attempt {Attempt}).")]
    public partial void LogDeliveryFailed(Exception exception, StreamId stream, string subscriber, int attempt);
}
