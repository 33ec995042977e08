using System.Threading.Channels;

namespace Orleans.Runtime;

/// <summary>One subscription: a bounded queue and a loop that delivers from it, one item at a time, in order.</summary>
internal sealed class StreamSubscription
{
    // What a subscriber may be behind before its producers wait for it.
    private const int Capacity = 1000;

    // Orleans' own bound: an item is tried for a minute, then the observer's OnErrorAsync is told and the next item comes.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly GrainMethod Method = new("Stream.OnNextAsync", Interleaving.Never, null, oneWay: false);

    private readonly LocalSilo silo;
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<StreamItem> queue = Channel.CreateBounded<StreamItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, AllowSynchronousContinuations = false });

    public StreamSubscription(LocalSilo silo, StreamState stream, Guid id, GrainClass? grainClass, GrainId? subscriber, bool isImplicit)
    {
        this.silo = silo;
        Stream = stream;
        Id = id;
        GrainClass = grainClass;
        Subscriber = subscriber;
        IsImplicit = isImplicit;
        using (ExecutionContext.SuppressFlow())
        {
            Delivered = Task.Run(Deliver);
        }
    }

    public StreamState Stream { get; }

    public Guid Id { get; }

    public GrainClass? GrainClass { get; }

    /// <summary>Null: code outside of grains.</summary>
    public GrainId? Subscriber { get; }

    public bool IsImplicit { get; }

    /// <summary>The observer outside of grains; a grain's observer is with its activation.</summary>
    public IStreamHandler? Handler { get; set; }

    /// <summary>Ends when the subscription has ended and nothing is left to deliver.</summary>
    public Task Delivered { get; }

    public bool IsIdle => queue.Reader.Count == 0;

    public ValueTask Write(StreamItem item) => queue.Writer.TryWrite(item) ? default : WriteSlow(item);

    /// <summary>What is queued is still delivered, but nothing is tried twice.</summary>
    public void Complete()
    {
        queue.Writer.TryComplete();
        ending.Cancel();
    }

    /// <summary>What is queued is dropped.</summary>
    public void Drop()
    {
        Complete();
        while (queue.Reader.TryRead(out _))
        {
            // Emptied, so that the loop ends.
        }
    }

    private async ValueTask WriteSlow(StreamItem item)
    {
        // Bounded like a call: a producer that waits on its own grain's queue would otherwise wait for ever.
        using var limit = new CancellationTokenSource(silo.ResponseTimeout, silo.Time);
        try
        {
            await queue.Writer.WriteAsync(item, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"The subscriber {Subscriber?.ToString() ?? "outside of grains"} of stream {Stream.Id} does not keep up.");
        }
        catch (ChannelClosedException)
        {
            // It unsubscribed while we waited.
        }
    }

    private async Task Deliver()
    {
        await foreach (StreamItem item in queue.Reader.ReadAllAsync())
        {
            await DeliverOne(item);
        }
    }

    private async Task DeliverOne(StreamItem item)
    {
        long started = silo.Time.GetTimestamp();
        TimeSpan pause = FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await Send(item, null);
                return;
            }
            catch (Exception exception)
            {
                silo.LogDeliveryFailed(exception, Stream.Id, Subscriber?.ToString() ?? "outside of grains", attempt);
                if (ending.IsCancellationRequested || silo.Time.GetElapsedTime(started) + pause > GiveUpAfter || !await Pause(pause))
                {
                    await Report(item, exception);
                    return;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private async Task<bool> Pause(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, silo.Time, ending.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Report(StreamItem item, Exception failure)
    {
        try
        {
            await Send(item, failure);
        }
        catch (Exception exception)
        {
            // The observer failed on the item and again on being told; the stream goes on with the next.
            silo.LogDeliveryFailed(exception, Stream.Id, Subscriber?.ToString() ?? "outside of grains", 0);
        }
    }

    private async Task Send(StreamItem item, Exception? failure)
    {
        if (Subscriber is not { } grain)
        {
            if (Handler is { } handler)
            {
                await (failure is null ? handler.Next(item) : handler.Error(failure));
            }

            return;
        }

        var delivery = new Delivery(grain, this, item, failure);
        silo.Watch(delivery);
        silo.Dispatch(delivery, GrainClass!, null);
        await delivery.Task;
    }

    private sealed class Delivery(GrainId grain, StreamSubscription subscription, StreamItem item, Exception? failure)
        : Call<Nothing>(grain, StreamSubscription.Method, Interleaving.Never)
    {
        public override void Start(Activation activation) =>
            _ = Follow(activation.Streams.Deliver(subscription, item, failure), activation);
    }
}
