namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// Holds back the replies of a connection until what they acknowledge is durable, in order. The read loop encodes replies of one read
/// batch and seals it; meanwhile one loop waits for the commit of all sealed batches together. So reading goes on during a
/// sync, and the sync's latency costs memory (bounded by <paramref name="maxBatches"/>), not throughput.
/// </summary>
internal sealed class ReplyPipeline(IMqttInlet inlet, WireSender sender, int maxBatches)
{
    private readonly Lock gate = new();
    private readonly AsyncSignal work = new();
    private readonly AsyncSignal space = new();
    private ReplyBatch current = new();
    private ReplyBatch waiting = new();
    private ReplyBatch draining = new();
    private int waitingBatches;
    private bool busy;
    private bool stopped;
    private int unacknowledged;

    /// <summary>Where the read loop encodes its replies.</summary>
    public WireBuffer Replies => current.Bytes;

    /// <summary>QoS 1 publishes taken and not yet answered: what counts against Receive Maximum.</summary>
    public int Unacknowledged => Volatile.Read(ref unacknowledged);

    public void Require(long position) => current.Position = Math.Max(current.Position, position);

    public void CountAcknowledgement()
    {
        current.Acknowledgements++;
        Interlocked.Increment(ref unacknowledged);
    }

    /// <summary>Remembers a QoS 2 packet id, to be forgotten by its session if the commit fails.</summary>
    public void CountReceived(ushort packetId) => current.Received.Add(packetId);

    /// <summary>Ends the read batch. Not complete while too many batches wait for their commit.</summary>
    public ValueTask SealAsync()
    {
        if (current.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        lock (gate)
        {
            if (busy || current.Position > 0)
            {
                current.MoveTo(waiting);
                waitingBatches++;
                busy = true;
                work.Set();
                return waitingBatches < maxBatches || stopped ? ValueTask.CompletedTask : WaitForSpaceAsync();
            }
        }

        return SendNowAsync();
    }

    /// <summary>Ends with <see cref="Stop"/>. On <see cref="InletUnavailableException"/> hands over the ids to forget, and ends.</summary>
    public async Task RunAsync(Action<InletUnavailableException, IReadOnlyList<ushort>> onUnavailable, CancellationToken cancellationToken)
    {
        while (true)
        {
            await work.WaitAsync();
            while (TakeWaiting())
            {
                try
                {
                    await inlet.WaitDurableAsync(draining.Position, cancellationToken);
                }
                catch (InletUnavailableException e)
                {
                    Stop();
                    onUnavailable(e, ReceivedIds());
                    return;
                }

                Interlocked.Add(ref unacknowledged, -draining.Acknowledgements);
                await sender.AppendAsync(draining.Bytes.Written);
                draining.Clear();
            }

            if (stopped)
            {
                return;
            }
        }
    }

    /// <summary>Nothing further is answered. What waits for its commit goes unacknowledged.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
        }

        work.Set();
        space.Set();
    }

    public void Release()
    {
        current.Bytes.Release();
        waiting.Bytes.Release();
        draining.Bytes.Release();
    }

    private async ValueTask SendNowAsync()
    {
        Interlocked.Add(ref unacknowledged, -current.Acknowledgements);
        await sender.AppendAsync(current.Bytes.Written);
        current.Clear();
    }

    private async ValueTask WaitForSpaceAsync()
    {
        while (true)
        {
            await space.WaitAsync();
            lock (gate)
            {
                if (waitingBatches < maxBatches || stopped)
                {
                    return;
                }
            }
        }
    }

    private bool TakeWaiting()
    {
        lock (gate)
        {
            if (waitingBatches == 0 || stopped)
            {
                busy = false;
                return false;
            }

            (waiting, draining) = (draining, waiting);
            waitingBatches = 0;
        }

        space.Set();
        return true;
    }

    private List<ushort> ReceivedIds()
    {
        lock (gate)
        {
            return [.. draining.Received, .. waiting.Received];
        }
    }
}
