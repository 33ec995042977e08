namespace Millwright.Simulation.Publishing;

/// <summary>
/// Keeps a bounded number of publications in flight: with QoS 1 each waits for its acknowledgement, and one at a time would make the
/// round trip the limit. The oldest is awaited first, so a failure surfaces in order.
/// </summary>
public sealed class PublishWindow(ITelemetryPublisher publisher, int size)
{
    private readonly Queue<Task> inFlight = new(size);

    public long Acknowledged { get; private set; }

    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken)
    {
        while (inFlight.Count > 0 && (inFlight.Count >= size || inFlight.Peek().IsCompleted))
        {
            await inFlight.Dequeue();
            Acknowledged++;
        }

        ValueTask sent = publisher.PublishAsync(topic, payload, qos, cancellationToken);
        if (sent.IsCompletedSuccessfully)
        {
            // A value task is consumed exactly once, also when it is already done: its source may be pooled.
            sent.GetAwaiter().GetResult();
            Acknowledged++;
            return;
        }

        inFlight.Enqueue(sent.AsTask());
    }

    public async ValueTask DrainAsync()
    {
        while (inFlight.TryDequeue(out Task? oldest))
        {
            await oldest;
            Acknowledged++;
        }
    }
}
