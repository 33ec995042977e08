using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>A subscription, in the hands of its subscriber.</summary>
public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>?>
{
    public abstract StreamId StreamId { get; }

    public abstract string ProviderName { get; }

    public abstract Guid HandleId { get; }

    /// <summary>An implicit subscription stays; only its observer goes.</summary>
    public abstract Task UnsubscribeAsync();

    /// <summary>Sets the observer of a subscription that exists: what a grain does when it is activated again.</summary>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

    public abstract bool Equals(StreamSubscriptionHandle<T>? other);

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();
}
