namespace Millwright.Ingest.Log;

/// <summary>Anything that the telemetry log refuses or finds. <see cref="Code"/> is stable.</summary>
public abstract class LogException(string code, string message, Exception? innerException = null) : Exception(message, innerException)
{
    public string Code { get; } = code;
}
