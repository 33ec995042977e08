namespace Millwright.Ingest.Mqtt;

/// <summary>The log behind the inlet cannot commit (disk full, failed sync). Sources are not acknowledged and may retry.</summary>
public sealed class InletUnavailableException : Exception
{
    public InletUnavailableException()
        : this("The telemetry log cannot commit; nothing was acknowledged.")
    {
    }

    public InletUnavailableException(string message)
        : base(message)
    {
    }

    public InletUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Sent in DISCONNECT to 5.0 clients: <see cref="MqttReason.QuotaExceeded"/> for a full disk, for instance.</summary>
    public MqttReason Reason { get; init; } = MqttReason.ImplementationSpecificError;
}
