namespace Millwright.Silo.Api.Requests;

internal sealed partial class ApiGuard
{
    [LoggerMessage(3101, LogLevel.Error, "Request {Method} {Path} failed")]
    private static partial void LogRequestFailed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(3102, LogLevel.Warning, "Request {Method} {Path} found a part away: {Code}")]
    private static partial void LogRequestUnavailable(ILogger logger, Exception exception, string method, string path, string code);
}
