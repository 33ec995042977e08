using Orleans;

namespace Millwright.Orleans.Conformance.Streams;

[GenerateSerializer]
[Immutable]
[Alias("millwright.conformance.item")]
public sealed record Item
{
    [Id(0)]
    public required int Number { get; init; }
}

public interface IProducerGrain : IGrainWithStringKey
{
    Task ProduceAsync(string streamNamespace, string key, int first, int count);
}

/// <summary>Subscribes when told to; notes what it gets and opens "<c>key</c> got N".</summary>
public interface IConsumerGrain : IGrainWithStringKey
{
    Task SubscribeAsync(string streamNamespace, string key);

    Task UnsubscribeAsync(string streamNamespace, string key);

    Task<int> HandlesAsync(string streamNamespace, string key);

    Task LeaveAsync();

    Task<IReadOnlyList<int>> GotAsync();
}

/// <summary>Subscribed by its class, resumes in OnSubscribed.</summary>
public interface IImplicitGrain : IGrainWithStringKey
{
    Task<IReadOnlyList<int>> GotAsync();

    Task LeaveAsync();
}

/// <summary>Subscribed by its class, attaches its observer in OnActivateAsync.</summary>
public interface IActivatingGrain : IGrainWithStringKey
{
    Task<IReadOnlyList<int>> GotAsync();
}
