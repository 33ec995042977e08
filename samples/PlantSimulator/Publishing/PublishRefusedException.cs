using Millwright.Ingest.Mqtt;

namespace Millwright.Simulation.Publishing;

/// <summary>The broker answered a publish with a refusal; sending it again would not help.</summary>
public sealed class PublishRefusedException : IOException
{
    public PublishRefusedException()
        : this("The broker refused a message.")
    {
    }

    public PublishRefusedException(string message)
        : base(message)
    {
    }

    public PublishRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public MqttReason Reason { get; init; } = MqttReason.UnspecifiedError;
}
