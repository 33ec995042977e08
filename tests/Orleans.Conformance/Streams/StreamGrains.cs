using Orleans;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Millwright.Orleans.Conformance.Streams;

public sealed class ProducerGrain : Grain, IProducerGrain
{
    public async Task ProduceAsync(string streamNamespace, string key, int first, int count)
    {
        IAsyncStream<Item> stream = this.GetStreamProvider(TestSilo.StreamProvider).GetStream<Item>(StreamId.Create(streamNamespace, key));
        for (int i = 0; i < count; i++)
        {
            await stream.OnNextAsync(new Item { Number = first + i });
        }
    }
}

public sealed class ConsumerGrain(Stage stage) : Grain, IConsumerGrain
{
    private readonly List<int> got = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // An activation after the first resumes what it finds.
        foreach (StreamSubscriptionHandle<Item> handle in await Stream("explicit", this.GetPrimaryKeyString()).GetAllSubscriptionHandles())
        {
            await handle.ResumeAsync(OnNextAsync);
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Open($"{this.GetPrimaryKeyString()} down");
        return Task.CompletedTask;
    }

    public Task SubscribeAsync(string streamNamespace, string key) => Stream(streamNamespace, key).SubscribeAsync(OnNextAsync);

    public async Task UnsubscribeAsync(string streamNamespace, string key)
    {
        foreach (StreamSubscriptionHandle<Item> handle in await Stream(streamNamespace, key).GetAllSubscriptionHandles())
        {
            await handle.UnsubscribeAsync();
        }
    }

    public async Task<int> HandlesAsync(string streamNamespace, string key) =>
        (await Stream(streamNamespace, key).GetAllSubscriptionHandles()).Count;

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> GotAsync() => Task.FromResult<IReadOnlyList<int>>([.. got]);

    private IAsyncStream<Item> Stream(string streamNamespace, string key) =>
        this.GetStreamProvider(TestSilo.StreamProvider).GetStream<Item>(StreamId.Create(streamNamespace, key));

    private async Task OnNextAsync(Item item, StreamSequenceToken? token)
    {
        // Deliveries are turns: with an await in the middle they must still not overtake one another.
        await Task.Yield();
        got.Add(item.Number);
        stage.Open($"{this.GetPrimaryKeyString()} got {item.Number}");
    }
}

[ImplicitStreamSubscription("implicit")]
public sealed class ImplicitGrain(Stage stage) : Grain, IImplicitGrain, IStreamSubscriptionObserver, IAsyncObserver<Item>
{
    private readonly List<int> got = [];

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        StreamId stream = handleFactory.StreamId;
        stage.Note($"{this.GetPrimaryKeyString()} subscribed to {stream.GetNamespace()}/{stream.GetKeyAsString()}");
        return handleFactory.Create<Item>().ResumeAsync(this);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Open($"{this.GetPrimaryKeyString()} down");
        return Task.CompletedTask;
    }

    public Task OnNextAsync(Item item, StreamSequenceToken? token = null)
    {
        // Fails once: delivery is tried again, so the item is not lost.
        if (item.Number == 13 && !stage.IsOpen($"{this.GetPrimaryKeyString()} failed"))
        {
            stage.Open($"{this.GetPrimaryKeyString()} failed");
            throw new ArithmeticException("unlucky");
        }

        got.Add(item.Number);
        stage.Open($"{this.GetPrimaryKeyString()} got {item.Number}");
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<IReadOnlyList<int>> GotAsync() => Task.FromResult<IReadOnlyList<int>>([.. got]);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[ImplicitStreamSubscription("activating")]
public sealed class ActivatingGrain(Stage stage) : Grain, IActivatingGrain
{
    private readonly List<int> got = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = StreamId.Create("activating", this.GetPrimaryKeyString());
        return this.GetStreamProvider(TestSilo.StreamProvider).GetStream<Item>(id).SubscribeAsync((item, _) =>
        {
            got.Add(item.Number);
            stage.Open($"{this.GetPrimaryKeyString()} got {item.Number}");
            return Task.CompletedTask;
        });
    }

    public Task<IReadOnlyList<int>> GotAsync() => Task.FromResult<IReadOnlyList<int>>([.. got]);
}
