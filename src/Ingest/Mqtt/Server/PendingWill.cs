using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>A will whose delay runs.</summary>
internal sealed record PendingWill(MqttSource Source, WillPacket Will, DateTimeOffset DueAt)
{
    public Task PublishAsync(Broker broker) => broker.PublishWillAsync(Source, Will, CancellationToken.None);
}
