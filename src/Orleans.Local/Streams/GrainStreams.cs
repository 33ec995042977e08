using Orleans.Streams;
using Orleans.Streams.Core;

namespace Orleans.Runtime;

/// <summary>An item on its way.</summary>
internal readonly record struct StreamItem(object? Value, LocalSequenceToken Token);

/// <summary>An observer, with its item type known.</summary>
internal interface IStreamHandler
{
    Task Next(StreamItem item);

    Task Error(Exception exception);
}

internal sealed class StreamHandler<T>(IAsyncObserver<T> observer) : IStreamHandler
{
    public Task Next(StreamItem item) => observer.OnNextAsync((T)item.Value!, item.Token);

    public Task Error(Exception exception) => observer.OnErrorAsync(exception);
}

/// <summary>The observers of one activation. They die with it; the subscriptions do not.</summary>
internal sealed class GrainStreams(Activation activation)
{
    private readonly Dictionary<Guid, IStreamHandler> handlers = [];

    public void Attach(Guid subscription, IStreamHandler handler) => handlers[subscription] = handler;

    public void Detach(Guid subscription) => handlers.Remove(subscription);

    /// <summary>Runs in the activation's turn. Without an observer the item is passed over, as in Orleans.</summary>
    public async ValueTask<Nothing> Deliver(StreamSubscription subscription, StreamItem item, Exception? failure)
    {
        if (!handlers.TryGetValue(subscription.Id, out IStreamHandler? handler)
            && activation.GrainInstance is IStreamSubscriptionObserver observer)
        {
            await observer.OnSubscribed(new HandleFactory(subscription));
            handlers.TryGetValue(subscription.Id, out handler);
        }

        if (handler is not null)
        {
            await (failure is null ? handler.Next(item) : handler.Error(failure));
        }

        return default;
    }

    private sealed class HandleFactory(StreamSubscription subscription) : IStreamSubscriptionHandleFactory
    {
        public StreamId StreamId => subscription.Stream.Id;

        public string ProviderName => subscription.Stream.Provider;

        public StreamSubscriptionHandle<T> Create<T>() => new LocalSubscriptionHandle<T>(subscription);
    }
}
