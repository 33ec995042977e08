using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Mqtt.Client;

internal static partial class MqttBrokerSourceLog
{
    [LoggerMessage(1050, LogLevel.Information, "Subscribed to {Filters} filters of broker {Host}")]
    public static partial void LogBrokerConnected(this ILogger logger, string host, int filters);

    [LoggerMessage(1051, LogLevel.Warning, "The connection to broker {Host} ended: {Reason}")]
    public static partial void LogBrokerLost(this ILogger logger, string host, MqttReason reason);

    [LoggerMessage(1053, LogLevel.Warning, "Received packet ids could not be saved; the log keeps them meanwhile")]
    public static partial void LogReceiptsNotSaved(this ILogger logger, Exception exception);

    [LoggerMessage(1052, LogLevel.Warning, "Broker {Host} is not available; trying again after about {Pause}")]
    public static partial void LogBrokerUnavailable(this ILogger logger, string host, TimeSpan pause, Exception exception);
}
