using Microsoft.Extensions.DependencyInjection;
using Millwright.Alerts;
using Millwright.Silo.Fleet;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Silo.Tests.Api;

public sealed class FleetSubscriberTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync(builder => builder.Services.AddSingleton<FleetSubscriber>());

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Index_IsFilledFromTheStore_AndThenFromTheStreams()
    {
        host.Stores.AssetIds.Add(Examples.Stranger);
        host.Grains.Twins[Examples.Stranger] = Examples.Twin(Examples.Stranger, 3, Examples.T0);
        FleetSubscriber subscriber = host.Services.GetRequiredService<FleetSubscriber>();

        await subscriber.StartAsync(default);
        await subscriber.Filled.WaitAsync(ApiHost.Patience);
        Assert.True(host.Index.Contains(Examples.Stranger));

        long seen = host.Index.Changed.Version;
        Task changed = host.Index.Changed.WaitAsync(seen);
        await PublishAsync(TwinStreams.Changes, Examples.Twin(Examples.Pump, 9, Examples.T0));
        await changed.WaitAsync(ApiHost.Patience);
        Assert.True(host.Index.TryGet(Examples.Pump, out ThingDocument? pump));
        Assert.Equal(9, pump.Revision);

        Task alerted = host.Signals.Alerts.WaitAsync(host.Signals.Alerts.Version);
        Task opened = host.Signals.Incidents.WaitAsync(host.Signals.Incidents.Version);
        await PublishAsync(TwinStreams.Alerts, Examples.Alert("a1"));
        await PublishAsync<IncidentState>(TwinStreams.Incidents, Examples.Incident("i1"));
        await Task.WhenAll(alerted, opened).WaitAsync(ApiHost.Patience);
        await subscriber.StopAsync(default);
    }

    [Fact]
    public async Task TwinThatCannotBeRead_DoesNotHideTheOthers()
    {
        host.Stores.AssetIds.AddRange([Examples.Stranger, Examples.Pump]);
        host.Grains.TwinFault = new TimeoutException("busy");
        FleetSubscriber subscriber = host.Services.GetRequiredService<FleetSubscriber>();

        await subscriber.StartAsync(default);
        await subscriber.Filled.WaitAsync(ApiHost.Patience);

        Assert.True(host.Index.Contains(Examples.Pump));
        await subscriber.StopAsync(default);
    }

    private Task PublishAsync<T>(string streamNamespace, T item) => host.Services.GetRequiredService<IClusterClient>()
        .GetStreamProvider(TwinStreams.Provider)
        .GetStream<T>(StreamId.Create(streamNamespace, TwinStreams.All))
        .OnNextAsync(item);
}
