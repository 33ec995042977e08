using Millwright.Orleans.Conformance.Streams;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Orleans.Conformance.Local;

public sealed class StreamPressureTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    // The bound that the README of the local runtime states.
    private const int QueuedAtMost = 1000;

    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task ProducerWaits_WhenASubscriberIsAThousandItemsBehind()
    {
        IAsyncStream<Item> stream = silo.Client
            .GetStreamProvider(TestSilo.StreamProvider).GetStream<Item>(StreamId.Create("explicit", "pressure"));
        var got = new List<int>();
        var held = new TaskCompletionSource();
        var last = new TaskCompletionSource();
        await stream.SubscribeAsync(async (item, _) =>
        {
            await held.Task;
            got.Add(item.Number);
            if (item.Number == QueuedAtMost + 1)
            {
                last.TrySetResult();
            }
        });

        // One item is with the subscriber or still queued, so the bound is reached at this item or at the one after it.
        for (int i = 0; i < QueuedAtMost; i++)
        {
            Task sent = stream.OnNextAsync(new Item { Number = i });
            Assert.True(sent.IsCompletedSuccessfully);
        }

        Task beyond = Task.WhenAll(
            stream.OnNextAsync(new Item { Number = QueuedAtMost }), stream.OnNextAsync(new Item { Number = QueuedAtMost + 1 }));
        Assert.False(beyond.IsCompleted);
        held.SetResult();
        await beyond.WaitAsync(Stage.Patience);
        await last.Task.WaitAsync(Stage.Patience);

        Assert.Equal(Enumerable.Range(0, QueuedAtMost + 2), got);
    }
}
