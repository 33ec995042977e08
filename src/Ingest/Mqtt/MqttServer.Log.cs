using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Mqtt;

internal static partial class MqttServerLog
{
    [LoggerMessage(1000, LogLevel.Information, "MQTT listens on {EndPoint}")]
    public static partial void LogListening(this ILogger logger, string endPoint);

    [LoggerMessage(1001, LogLevel.Information, "MQTT stopped; {Connections} connections were closed")]
    public static partial void LogStopped(this ILogger logger, int connections);

    [LoggerMessage(1002, LogLevel.Debug, "{ClientId} connected from {Remote} as {ConnectionId} ({Version}, session present {Present})")]
    public static partial void LogConnected(
        this ILogger logger, int connectionId, string clientId, string remote, MqttVersion version, bool present);

    [LoggerMessage(1003, LogLevel.Debug, "Connection {ConnectionId} of {ClientId} ended: {Reason}")]
    public static partial void LogDisconnected(this ILogger logger, int connectionId, string clientId, MqttReason reason);

    [LoggerMessage(1004, LogLevel.Information, "Connection {ConnectionId} from {Remote} ended by a bad packet: {Fault}")]
    public static partial void LogMalformed(this ILogger logger, int connectionId, string remote, string fault);

    [LoggerMessage(1005, LogLevel.Warning, "The log cannot commit; connection {ConnectionId} of {ClientId} ends unacknowledged")]
    public static partial void LogInletUnavailable(this ILogger logger, int connectionId, string clientId, Exception exception);

    [LoggerMessage(1006, LogLevel.Warning, "Connection from {Remote} refused: {Connections} are open, the limit")]
    public static partial void LogConnectionRefused(this ILogger logger, string remote, int connections);

    [LoggerMessage(1007, LogLevel.Error, "Connection {ConnectionId} of {ClientId} failed unexpectedly and was closed")]
    public static partial void LogConnectionFailed(this ILogger logger, int connectionId, string clientId, Exception exception);

    [LoggerMessage(1008, LogLevel.Information, "Client {ClientId} from {Remote} was refused: {Reason}")]
    public static partial void LogRefused(this ILogger logger, string clientId, string remote, MqttReason reason);

    [LoggerMessage(1009, LogLevel.Error, "Accepting MQTT connections failed; it goes on")]
    public static partial void LogAcceptFailed(this ILogger logger, Exception exception);

    [LoggerMessage(1010, LogLevel.Error, "The MQTT clock tick failed; it goes on")]
    public static partial void LogTickFailed(this ILogger logger, Exception exception);
}
