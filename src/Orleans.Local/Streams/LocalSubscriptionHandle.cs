using Orleans.Streams;

namespace Orleans.Runtime;

internal sealed class LocalSubscriptionHandle<T>(StreamSubscription subscription) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => subscription.Stream.Id;

    public override string ProviderName => subscription.Stream.Provider;

    public override Guid HandleId => subscription.Id;

    public override Task UnsubscribeAsync()
    {
        Activation.Current?.Streams.Detach(subscription.Id);
        subscription.Stream.Unsubscribe(subscription);
        return Task.CompletedTask;
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var handler = new StreamHandler<T>(observer);
        if (subscription.Subscriber is null)
        {
            subscription.Handler = handler;
        }
        else if (Activation.Current is { } activation && activation.GrainId == subscription.Subscriber)
        {
            activation.Streams.Attach(subscription.Id, handler);
        }
        else
        {
            throw new InvalidOperationException(
                $"Only {subscription.Subscriber} can resume its subscription {HandleId}, in a turn of its own.");
        }

        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;
}
