namespace Millwright.Simulation.Publishing;

/// <summary>Where messages go. A test keeps them in a list; the tools send them over MQTT.</summary>
public interface ITelemetryPublisher
{
    /// <summary>
    /// Completes when the message is handed over: at QoS 0 written, at QoS 1 acknowledged. Calls may overlap; their order on the wire
    /// is the order of the calls.
    /// </summary>
    ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken);
}
