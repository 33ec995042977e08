using Millwright.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Silo.Fleet;

/// <summary>
/// Feeds the index and the live signals from the Orleans streams, fills the index from the store at start, and lets values turn stale
/// on time.
/// </summary>
public sealed partial class FleetSubscriber(
    IClusterClient client, FleetIndex index, LiveSignals signals, ITwinStore store, TimeProvider time, ILogger<FleetSubscriber> logger)
    : BackgroundService
{
    /// <summary>How late a live view may learn that a value has turned stale.</summary>
    public static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private const int PageSize = 500;
    private const int Concurrency = 8;

    private readonly List<Func<Task>> unsubscribe = [];

    /// <summary>Completes when the twins that the store knows are in the index.</summary>
    public Task Filled => filled.Task;

    private readonly TaskCompletionSource filled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Subscribed before the store is read: a change in between is seen twice rather than not at all.
        await SubscribeAsync<TwinState>(TwinStreams.Changes, state => index.Apply(state, isInOrder: true));
        await SubscribeAsync<AlertEvent>(TwinStreams.Alerts, _ => signals.Alerts.Pulse());
        await SubscribeAsync<IncidentState>(TwinStreams.Incidents, _ => signals.Incidents.Pulse());
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (Func<Task> end in unsubscribe)
        {
            await end();
        }

        unsubscribe.Clear();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await FillAsync(stoppingToken);
            filled.TrySetResult();
            using var timer = new PeriodicTimer(SweepInterval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                index.Sweep();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            filled.TrySetCanceled(stoppingToken);
        }
    }

    private async Task SubscribeAsync<T>(string streamNamespace, Action<T> take)
    {
        IAsyncStream<T> stream = client.GetStreamProvider(TwinStreams.Provider).GetStream<T>(StreamId.Create(streamNamespace,
            TwinStreams.All));
        StreamSubscriptionHandle<T> handle = await stream.SubscribeAsync((item, _) =>
        {
            take(item);
            return Task.CompletedTask;
        });
        unsubscribe.Add(handle.UnsubscribeAsync);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        string? after = null;
        while (true)
        {
            IReadOnlyList<string> ids;
            try
            {
                ids = await store.GetAssetIdsAsync(after, PageSize, cancellationToken);
            }
            catch (Exception exception) when (exception is TwinStoreException or StoreException)
            {
                // The index then fills from live changes alone; what is missing is seen as never heard of, not as fresh.
                LogFillStopped(logger, exception, after ?? "");
                return;
            }

            await Parallel.ForEachAsync(
                ids,
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
                async (id, _) => await FillAsync(id));
            if (ids.Count < PageSize)
            {
                return;
            }

            after = ids[^1];
        }
    }

    private async Task FillAsync(string assetId)
    {
        try
        {
            index.Apply(await client.GetGrain<IAssetTwinGrain>(assetId).GetAsync());
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever it is: one twin that cannot be read must not hide the others; it appears with its next change.
            LogTwinNotRead(logger, exception, assetId);
        }
    }
}
