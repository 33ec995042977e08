using System.Collections.Concurrent;
using System.Text;
using Millwright.Ingest.Mqtt;

namespace Millwright.Simulation.Tests;

/// <summary>Keeps what arrives, and says when as many have come as were asked for.</summary>
internal sealed class CollectingInlet(int expected) : IMqttInlet
{
    private readonly TaskCompletionSource complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<(string Topic, string Payload)> Messages { get; } = [];

    public Task Complete => complete.Task;

    public InletResult Publish(in InboundPublish publish)
    {
        Messages.Enqueue((Encoding.UTF8.GetString(publish.Topic), Encoding.UTF8.GetString(publish.Payload)));
        if (Messages.Count == expected)
        {
            complete.TrySetResult();
        }

        return InletResult.Accepted(0);
    }

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
