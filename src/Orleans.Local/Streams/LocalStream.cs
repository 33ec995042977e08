using Orleans.Streams;

namespace Orleans.Runtime;

/// <summary>A stream in the hands of a producer or subscriber; the stream itself is a <see cref="StreamState"/>.</summary>
internal sealed class LocalStream<T>(LocalSilo silo, string provider, StreamId streamId) : IAsyncStream<T>
{
    public bool IsRewindable => false;

    public string ProviderName { get; } = provider;

    public StreamId StreamId { get; } = streamId;

    /// <summary>Returns when every subscriber's queue has taken the item: that is how a slow subscriber slows its producers.</summary>
    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => silo.Streams.Publish(ProviderName, StreamId, item);

    public async Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (T item in batch)
        {
            await OnNextAsync(item, token);
        }
    }

    // Orleans' queue streams do not carry these either.
    public Task OnCompletedAsync() => throw new NotSupportedException("Streams in memory do not complete.");

    public Task OnErrorAsync(Exception ex) => throw new NotSupportedException("Streams in memory do not carry errors.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(
        IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        ArgumentNullException.ThrowIfNull(observer);
        StreamSubscription subscription = silo.Streams.Subscribe(ProviderName, StreamId, Activation.Current);
        return new LocalSubscriptionHandle<T>(subscription).ResumeAsync(observer, token);
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        GrainId? subscriber = Activation.Current?.GrainId;
        IList<StreamSubscriptionHandle<T>> handles = [.. silo.Streams.Of(ProviderName, StreamId, subscriber)
            .Select(subscription => new LocalSubscriptionHandle<T>(subscription))];
        return Task.FromResult(handles);
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.StreamId == StreamId && other.ProviderName == ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => StreamId.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : StreamId.CompareTo(other.StreamId);
}
