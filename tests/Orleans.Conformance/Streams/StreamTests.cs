using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Orleans.Conformance.Streams;

public sealed class StreamTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task ItemsComeInOrder_WhenSubscribedExplicitly()
    {
        var consumer = silo.Grain<IConsumerGrain>("in-order");
        await consumer.SubscribeAsync("explicit", "in-order");

        await silo.Grain<IProducerGrain>("p1").ProduceAsync("explicit", "in-order", 0, 500);
        await silo.Stage.Reached("in-order got 499");

        Assert.Equal(Enumerable.Range(0, 500), await consumer.GotAsync());
    }

    [Fact]
    public async Task ImplicitSubscriberIsActivated_ByTheFirstItem()
    {
        await silo.Grain<IProducerGrain>("p2").ProduceAsync("implicit", "born", 1, 3);
        await silo.Stage.Reached("born got 3");

        Assert.Equal([1, 2, 3], await silo.Grain<IImplicitGrain>("born").GotAsync());
        Assert.Contains("born subscribed to implicit/born", silo.Stage.Log);
    }

    [Fact]
    public async Task ImplicitSubscriberMayAttachWhileActivating()
    {
        await silo.Grain<IProducerGrain>("p3").ProduceAsync("activating", "early", 1, 3);
        await silo.Stage.Reached("early got 3");

        Assert.Equal([1, 2, 3], await silo.Grain<IActivatingGrain>("early").GotAsync());
    }

    [Fact]
    public async Task SubscriptionOutlivesTheActivation_WhenTheGrainResumesIt()
    {
        var consumer = silo.Grain<IConsumerGrain>("resumed");
        await consumer.SubscribeAsync("explicit", "resumed");
        await silo.Grain<IProducerGrain>("p4").ProduceAsync("explicit", "resumed", 1, 1);
        await silo.Stage.Reached("resumed got 1");
        await consumer.LeaveAsync();
        await silo.Stage.Reached("resumed down");

        await silo.Grain<IProducerGrain>("p4").ProduceAsync("explicit", "resumed", 2, 1);
        await silo.Stage.Reached("resumed got 2");

        Assert.Equal([2], await consumer.GotAsync());
        Assert.Equal(1, await consumer.HandlesAsync("explicit", "resumed"));
    }

    [Fact]
    public async Task NothingComesAnyMore_AfterUnsubscribing()
    {
        var consumer = silo.Grain<IConsumerGrain>("unsubscribed");
        var witness = silo.Grain<IConsumerGrain>("witness");
        await consumer.SubscribeAsync("explicit", "left");
        await witness.SubscribeAsync("explicit", "left");
        await silo.Grain<IProducerGrain>("p5").ProduceAsync("explicit", "left", 1, 1);
        await silo.Stage.Reached("unsubscribed got 1");

        await consumer.UnsubscribeAsync("explicit", "left");
        await silo.Grain<IProducerGrain>("p5").ProduceAsync("explicit", "left", 2, 1);
        await silo.Stage.Reached("witness got 2");

        Assert.Equal([1], await consumer.GotAsync());
        Assert.Equal(0, await consumer.HandlesAsync("explicit", "left"));
    }

    [Fact]
    public async Task ItemIsDeliveredAgain_WhenTheObserverThrew()
    {
        await silo.Grain<IProducerGrain>("p6").ProduceAsync("implicit", "unlucky", 12, 3);
        await silo.Stage.Reached("unlucky got 14");

        Assert.Equal([12, 13, 14], await silo.Grain<IImplicitGrain>("unlucky").GotAsync());
    }

    [Fact]
    public async Task ClientProducesAndConsumes_OutsideOfGrains()
    {
        IAsyncStream<Item> stream = silo.Client
            .GetStreamProvider(TestSilo.StreamProvider).GetStream<Item>(StreamId.Create("explicit", "client"));
        var got = new List<int>();
        var all = new TaskCompletionSource();
        StreamSubscriptionHandle<Item> handle = await stream.SubscribeAsync((item, _) =>
        {
            got.Add(item.Number);
            if (item.Number == 10)
            {
                all.TrySetResult();
            }

            return Task.CompletedTask;
        });

        await stream.OnNextBatchAsync(Enumerable.Range(1, 9).Select(static n => new Item { Number = n }));
        await stream.OnNextAsync(new Item { Number = 10 });
        await all.Task.WaitAsync(Stage.Patience);

        Assert.Equal(Enumerable.Range(1, 10), got);
        await handle.UnsubscribeAsync();
    }

    [Fact]
    public async Task EverySubscriberGetsEveryItem_WhenThereAreSeveral()
    {
        IConsumerGrain[] consumers = [.. Enumerable.Range(0, 10).Select(i => silo.Grain<IConsumerGrain>($"fan-{i}"))];
        foreach (IConsumerGrain consumer in consumers)
        {
            await consumer.SubscribeAsync("explicit", "fan");
        }

        await silo.Grain<IProducerGrain>("p7").ProduceAsync("explicit", "fan", 1, 20);

        for (int i = 0; i < consumers.Length; i++)
        {
            await silo.Stage.Reached($"fan-{i} got 20");
            Assert.Equal(Enumerable.Range(1, 20), await consumers[i].GotAsync());
        }
    }
}
