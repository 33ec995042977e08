using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>One stream: who is subscribed, and the order of its items.</summary>
internal sealed class StreamState(LocalSilo silo, string provider, StreamId id)
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim order = new(1, 1);
    private readonly List<StreamSubscription> subscriptions = [];
    private long sequence;
    private bool started;
    private bool touched = true;
    private bool closed;

    public string Provider { get; } = provider;

    public StreamId Id { get; } = id;

    public StreamSubscription[] Subscriptions
    {
        get
        {
            lock (gate)
            {
                Start();
                return [.. subscriptions];
            }
        }
    }

    /// <returns>False when the stream was dropped as idle; the caller takes its successor.</returns>
    public async Task<bool> Publish(object? item)
    {
        // One at a time, so that a producer who waits for a full queue is not overtaken by the next item.
        await order.WaitAsync();
        try
        {
            StreamSubscription[] all;
            lock (gate)
            {
                if (closed)
                {
                    return false;
                }

                Start();
                touched = true;
                all = [.. subscriptions];
            }

            var queued = new StreamItem(item, new LocalSequenceToken(++sequence));
            foreach (StreamSubscription subscription in all)
            {
                await subscription.Write(queued);
            }

            return true;
        }
        finally
        {
            order.Release();
        }
    }

    public StreamSubscription? Subscribe(Guid fresh, Activation? subscriber)
    {
        lock (gate)
        {
            if (closed)
            {
                return null;
            }

            Start();
            touched = true;
            StreamSubscription? ready = subscriptions.Find(s => s.IsImplicit && s.Subscriber == subscriber?.GrainId);
            if (ready is null)
            {
                ready = new StreamSubscription(silo, this, fresh, subscriber?.GrainClass, subscriber?.GrainId, isImplicit: false);
                subscriptions.Add(ready);
            }

            return ready;
        }
    }

    public void Unsubscribe(StreamSubscription subscription)
    {
        if (subscription.IsImplicit)
        {
            return;
        }

        lock (gate)
        {
            subscriptions.Remove(subscription);
        }

        subscription.Drop();
    }

    /// <summary>Closes the stream if nobody subscribed to it by hand and nothing happened since the last look.</summary>
    public bool CloseIfIdle()
    {
        lock (gate)
        {
            bool idle = !touched && subscriptions.TrueForAll(static s => s.IsImplicit && s.IsIdle);
            touched = false;
            closed |= idle;
            if (idle)
            {
                subscriptions.ForEach(static s => s.Complete());
            }

            return closed;
        }
    }

    private void Start()
    {
        if (started)
        {
            return;
        }

        started = true;
        foreach (GrainClass grainClass in silo.Manifest.Classes)
        {
            if (grainClass.Streams.Any(s => s.Namespace == Id.GetNamespace()))
            {
                var grain = GrainId.Create(grainClass.GrainType, Id.GetKeyAsString());
                subscriptions.Add(new StreamSubscription(silo, this, StreamTable.IdOf(grain, this), grainClass, grain, isImplicit: true));
            }
        }
    }
}
