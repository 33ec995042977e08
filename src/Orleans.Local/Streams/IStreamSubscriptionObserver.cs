using Orleans.Runtime;

namespace Orleans.Streams.Core;

/// <summary>A grain that is told of its subscription before the first item of an activation, so that it can resume it.</summary>
public interface IStreamSubscriptionObserver
{
    Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
}

/// <summary>Makes the handle, once the grain knows the item type.</summary>
public interface IStreamSubscriptionHandleFactory
{
    StreamId StreamId { get; }

    string ProviderName { get; }

    StreamSubscriptionHandle<T> Create<T>();
}
