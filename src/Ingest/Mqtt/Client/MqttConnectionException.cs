namespace Millwright.Ingest.Mqtt.Client;

/// <summary>The server refused, or the connection ended before the answer came.</summary>
public sealed class MqttConnectionException : IOException
{
    public MqttConnectionException()
        : this("The MQTT connection ended.")
    {
    }

    public MqttConnectionException(string message)
        : base(message)
    {
    }

    public MqttConnectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The server's own reason, where it gave one.</summary>
    public MqttReason Reason { get; init; } = MqttReason.UnspecifiedError;
}
