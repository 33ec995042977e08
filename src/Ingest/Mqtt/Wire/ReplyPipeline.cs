namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>
/// Holds back the replies of a connection until what they acknowledge is durable, in order. The read loop encodes replies of one read
/// batch and seals it; meanwhile one loop waits for the commit of all sealed batches together. So reading goes on during a
/// sync, and the sync's latency costs memory (bounded by <paramref name="maxBatches"/>), not throughput.
/// </summary>
/// <remarks>Subscribers get a message at the same point: after its commit, and also when its publisher has gone meanwhile.</remarks>
internal sealed class ReplyPipeline(IMqttInlet inlet, WireSender sender, int maxBatches, Action<PendingRoute>? route = null)
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
    private bool ended;
    private int unacknowledged;
    private int unrouted;

    /// <summary>Where the read loop encodes its replies.</summary>
    public WireBuffer Replies => current.Bytes;

    /// <summary>QoS 1 publishes taken and not yet answered: what counts against Receive Maximum.</summary>
    public int Unacknowledged => Volatile.Read(ref unacknowledged);

    public void Require(long position) => current.Require(position, position);

    public void Require(InletResult taken) => current.Require(taken.First, taken.Position);

    public void CountAcknowledgement()
    {
        current.Acknowledgements++;
        Interlocked.Increment(ref unacknowledged);
    }

    /// <summary>True while a message taken has not reached its subscribers.</summary>
    public bool HasRoutes => Volatile.Read(ref unrouted) > 0;

    /// <summary>
    /// To the subscribers when all before it is durable: at once when nothing waits. Per publisher the order is that of its packets.
    /// </summary>
    public void Route(in PendingRoute pending)
    {
        // Only the read loop, which we are on, can make an idle pipeline busy.
        if (current.Position == 0 && current.Routes.Count == 0 && !Volatile.Read(ref busy))
        {
            route!(pending);
            return;
        }

        Interlocked.Increment(ref unrouted);
        current.Routes.Add(pending);
    }

    /// <summary>Remembers a QoS 2 packet id, to be forgotten by its session if the commit fails.</summary>
    public void CountReceived(ushort packetId, InletResult taken) => current.Received.Add((packetId, taken));

    /// <summary>Ends the read batch. Not complete while too many batches wait for their commit.</summary>
    public ValueTask SealAsync()
    {
        if (current.IsEmpty)
        {
            return ValueTask.CompletedTask;
        }

        lock (gate)
        {
            if (stopped && current.Routes.Count == 0)
            {
                current.Clear();
                return ValueTask.CompletedTask;
            }

            if (busy || stopped || current.Position > 0)
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

    /// <summary>
    /// Runs until <see cref="End"/>. On <see cref="InletUnavailableException"/> hands over the ids to forget, with their positions, and
    /// answers nothing further.
    /// </summary>
    public async Task RunAsync(
        Action<InletUnavailableException, IReadOnlyList<(ushort PacketId, long Position)>> onUnavailable,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            await work.WaitAsync();
            while (TakeWaiting())
            {
                try
                {
                    await WaitDurableAsync(cancellationToken);
                }
                catch (InletUnavailableException e)
                {
                    Stop();
                    onUnavailable(e, await FindVoidAsync());
                    Discard();
                    continue;
                }

                Interlocked.Add(ref unacknowledged, -draining.Acknowledgements);
                Distribute(draining);
                if (!Volatile.Read(ref stopped))
                {
                    await sender.AppendAsync(draining.Bytes.Written);
                }

                draining.Clear();
            }

            if (Volatile.Read(ref ended))
            {
                return;
            }
        }
    }

    /// <summary>Nothing further is answered. What waits for its commit goes unacknowledged, but still reaches its subscribers.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
        }

        work.Set();
        space.Set();
    }

    /// <summary>Nothing further is sealed: the loop ends when what waits has reached its subscribers.</summary>
    public void End()
    {
        lock (gate)
        {
            stopped = true;
            ended = true;
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

    private async ValueTask WaitDurableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await inlet.WaitDurableAsync(draining.First, draining.Position, cancellationToken);
        }
        catch (OperationCanceledException) when (draining.Routes.Count > 0)
        {
            // The publisher has gone; its subscribers have not.
            await inlet.WaitDurableAsync(draining.First, draining.Position, CancellationToken.None);
        }
    }

    /// <summary>
    /// A batch fails as a whole, but one of its messages may have been committed before: it must not be taken again. What waits behind
    /// the batch is looked through too, for it may be dropped unseen. (What the read loop has not sealed yet is found when it comes again.)
    /// </summary>
    private async ValueTask<IReadOnlyList<(ushort PacketId, long Position)>> FindVoidAsync()
    {
        var failed = new List<(ushort PacketId, long Position)>();
        foreach ((ushort packetId, InletResult taken) in ReceivedInWait())
        {
            try
            {
                await inlet.WaitDurableAsync(taken.First, taken.Position, CancellationToken.None);
            }
            catch (InletUnavailableException)
            {
                failed.Add((packetId, taken.Position));
            }
        }

        return failed;
    }

    private (ushort PacketId, InletResult Taken)[] ReceivedInWait()
    {
        lock (gate)
        {
            return [.. draining.Received, .. waiting.Received];
        }
    }

    private void Distribute(ReplyBatch batch)
    {
        foreach (PendingRoute pending in batch.Routes)
        {
            route!(pending);
        }

        Interlocked.Add(ref unrouted, -batch.Routes.Count);
    }

    private void Discard()
    {
        Interlocked.Add(ref unrouted, -draining.Routes.Count);
        Interlocked.Add(ref unacknowledged, -draining.Acknowledgements);
        draining.Clear();
    }

    private async ValueTask SendNowAsync()
    {
        Interlocked.Add(ref unacknowledged, -current.Acknowledgements);
        Distribute(current);
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
            if (waitingBatches == 0 || (stopped && waiting.Routes.Count == 0))
            {
                Volatile.Write(ref busy, false);
                return false;
            }

            (waiting, draining) = (draining, waiting);
            waitingBatches = 0;
        }

        space.Set();
        return true;
    }
}
