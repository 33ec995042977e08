using Microsoft.Extensions.Logging;

namespace Millwright.Grains.Quality;

public sealed partial class QualityGrain
{
    [LoggerMessage(2410, LogLevel.Warning, "What line {Line} has learned of the curves of step {Step} cannot be read; it learns anew")]
    private static partial void LogCurveModelUnreadable(ILogger logger, string line, string step, Exception fault);
}
