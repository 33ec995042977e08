using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Simulation.Tests.Network;

/// <summary>Streams with one subscriber outside of the process, who is told at once while the process lives.</summary>
internal sealed class RecordedStreams(Action<string, object?> published) : IStreamProvider
{
    public string Name => "recorded";

    public bool IsRewindable => false;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new Recorded<T>(streamId, published);

    private sealed class Recorded<T>(StreamId id, Action<string, object?> published) : IAsyncStream<T>
    {
        public bool IsRewindable => false;

        public string ProviderName => "recorded";

        public StreamId StreamId => id;

        public Task OnNextAsync(T item, StreamSequenceToken? token = null)
        {
            published(id.GetNamespace()!, item);
            return Task.CompletedTask;
        }

        public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null) => throw new NotSupportedException();

        public Task OnErrorAsync(Exception ex) => throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => throw new NotSupportedException();

        public Task<StreamSubscriptionHandle<T>> SubscribeAsync(
            IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null) => throw new NotSupportedException();

        public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles() => throw new NotSupportedException();

        public bool Equals(IAsyncStream<T>? other) => ReferenceEquals(this, other);

        public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : StreamId.CompareTo(other.StreamId);
    }
}
