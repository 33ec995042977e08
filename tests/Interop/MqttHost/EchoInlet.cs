using Millwright.Ingest.Mqtt;

namespace Millwright.Interop;

/// <summary>Takes everything and keeps nothing: the endpoint is then an ordinary broker.</summary>
internal sealed class EchoInlet : IMqttInlet
{
    public InletResult Publish(in InboundPublish publish) => InletResult.Accepted(0);

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
