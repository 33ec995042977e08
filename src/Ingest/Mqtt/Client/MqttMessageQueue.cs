using System.Threading.Channels;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// An inlet for subscribers that want an ordinary async stream of messages: bounded, and at the bound the broker is not acknowledged
/// until the reader has caught up.
/// </summary>
public sealed class MqttMessageQueue(int capacity = 1024) : IMqttInlet, IDisposable
{
    // Unbounded as a channel; the bound is kept by not acknowledging, see WaitDurableAsync.
    private readonly Channel<MqttMessage> channel
        = Channel.CreateUnbounded<MqttMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim taken = new(0);
    private long position;
    private long read;

    /// <summary>Where the messages come out, for one reader.</summary>
    public async IAsyncEnumerable<MqttMessage> ReadAllAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (MqttMessage message in channel.Reader.ReadAllAsync(cancellationToken))
        {
            Interlocked.Increment(ref read);
            taken.Release();
            yield return message;
        }
    }

    public async ValueTask<MqttMessage> ReadAsync(CancellationToken cancellationToken = default)
    {
        MqttMessage message = await channel.Reader.ReadAsync(cancellationToken);
        Interlocked.Increment(ref read);
        taken.Release();
        return message;
    }

    public InletResult Publish(in InboundPublish publish)
    {
        channel.Writer.TryWrite(new MqttMessage(publish.Topic.ToArray(), publish.Payload.ToArray(), publish.Qos, publish.Retain)
        {
            Properties = publish.RawProperties.ToArray(),
        });
        return InletResult.Accepted(Interlocked.Increment(ref position));
    }

    public void Dispose() => taken.Dispose();

    /// <summary>Durable means here: no more than the capacity lies unread before it.</summary>
    public async ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken)
    {
        while (Interlocked.Read(ref read) < position - capacity)
        {
            await taken.WaitAsync(cancellationToken);
        }
    }
}
