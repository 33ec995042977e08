namespace Millwright.Ingest.Mqtt.Client;

/// <summary>For clients that only publish.</summary>
internal sealed class DiscardingInlet : IMqttInlet
{
    public static readonly DiscardingInlet Instance = new();

    public InletResult Publish(in InboundPublish publish) => InletResult.Accepted(0);

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
