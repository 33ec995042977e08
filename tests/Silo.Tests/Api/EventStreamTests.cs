using System.Net;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Microsoft.Extensions.DependencyInjection;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Testing.Time;

namespace Millwright.Silo.Tests.Api;

public sealed class EventStreamTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Change_IsToldAsPartialThing_WithOnlyTheFeaturesThatChanged()
    {
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 1, Examples.T0),
            Examples.Metric("speed", 9, Examples.T0)));
        using SseReader events = await host.SubscribeAsync("/api/2/things");
        SseEvent ready = await events.NextAsync();

        host.Index.Apply(Examples.Twin(Examples.Pump, 2, Examples.T0, Examples.Metric("vibration", 2, Examples.T0, 2),
            Examples.Metric("speed", 9, Examples.T0)));
        SseEvent change = await events.NextAsync();

        Assert.Equal("ready", ready.Name);
        Assert.Null(change.Name);
        Assert.Equal(Examples.Pump, change.Json.GetProperty("thingId").GetString());
        Assert.Equal(2, change.Json.GetProperty("_revision").GetInt64());
        Assert.Equal(["vibration", "twin"], change.Json.GetProperty("features").EnumerateObject().Select(f => f.Name));
        Assert.False(change.Json.TryGetProperty("attributes", out _));
    }

    [Fact]
    public async Task Subscription_IsOfIdsNamespacesFilterAndFields()
    {
        using SseReader events = await host.SubscribeAsync(
            $"/api/2/things?ids={Examples.Pump},{Examples.Mixer}&namespaces=acme.lyon&filter=gt(features/vibration/properties/value,5)&fields=thingId,features/vibration/properties/value");
        await events.NextAsync();

        host.Index.Apply(Examples.Twin(Examples.Press, 1, Examples.T0, Examples.Metric("vibration", 9, Examples.T0)));
        host.Index.Apply(Examples.Twin(Examples.Mixer, 1, Examples.T0, Examples.Metric("vibration", 9, Examples.T0)));
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 9, Examples.T0)));
        SseEvent change = await events.NextAsync();

        Assert.Equal("{\"thingId\":\"acme.lyon:pump-01\",\"features\":{\"vibration\":{\"properties\":{\"value\":9}}}}", change.Data);
    }

    [Fact]
    public async Task Node_IsToldAlone_AndOnlyWhenItChanges()
    {
        using SseReader events = await host.SubscribeAsync($"/api/2/things/{Examples.Pump}/features/vibration/properties/value");
        await events.NextAsync();

        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 5, Examples.T0)));
        SseEvent first = await events.NextAsync();
        host.Index.Apply(Examples.Twin(Examples.Pump, 2, Examples.T0, Examples.Metric("vibration", 5, Examples.T0)));
        host.Index.Apply(Examples.Twin(Examples.Pump, 3, Examples.T0, Examples.Metric("vibration", 6, Examples.T0, 2)));
        SseEvent second = await events.NextAsync();

        Assert.Equal(("5", "6"), (first.Data, second.Data));
    }

    [Fact]
    public async Task SilentTwin_IsToldAsStale_WhenTheSweepFindsIt()
    {
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 5, Examples.T0)));
        using SseReader events = await host.SubscribeAsync("/api/2/things");
        await events.NextAsync();

        host.Time.Advance(TimeSpan.FromSeconds(3));
        int aged = host.Index.Sweep();
        SseEvent change = await events.NextAsync();

        Assert.Equal(1, aged);
        Assert.Equal("stale", change.Json.GetProperty("features").GetProperty("vibration").GetProperty("properties")
            .GetProperty("quality").GetString());
    }

    [Fact]
    public async Task Things_AreResumed_FromTheLastEventId()
    {
        string id;
        using (SseReader events = await host.SubscribeAsync("/api/2/things"))
        {
            id = (await events.NextAsync()).Id!;
        }

        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 5, Examples.T0)));
        host.Index.Apply(Examples.Twin(Examples.Pump, 2, Examples.T0, Examples.Metric("vibration", 6, Examples.T0, 2)));
        using SseReader resumed = await host.SubscribeAsync("/api/2/things", id);
        SseEvent change = await resumed.NextAsync();

        // Two changes while away are one event with the newest value; the thing is new to this subscriber, so all of it comes.
        Assert.Equal(6, change.Json.GetProperty("features").GetProperty("vibration").GetProperty("properties")
            .GetProperty("value").GetDouble());
        Assert.True(change.Json.TryGetProperty("attributes", out _));
    }

    [Theory]
    [InlineData("/api/2/things", "1-1")]
    [InlineData("/api/2/things", "nonsense")]
    [InlineData("/api/v1/alerts", "999")]
    [InlineData("/api/v1/alerts", "x")]
    [InlineData("/api/v1/incidents", "999")]
    public async Task UnknownLastEventId_IsAnsweredWithAGap(string path, string id)
    {
        using SseReader events = await host.SubscribeAsync(path, id);

        SseEvent gap = await events.NextAsync();

        Assert.Equal("gap", gap.Name);
        Assert.NotNull(gap.Id);
        Assert.NotEmpty(gap.Json.GetProperty("reason").GetString()!);
    }

    [Fact]
    public async Task Alerts_AreToldLive_AndResumedFromTheStore()
    {
        await AppendAsync("a1");
        string id;
        using (SseReader events = await host.SubscribeAsync("/api/v1/alerts"))
        {
            Assert.Equal("ready", (await events.NextAsync()).Name);
            await AppendAsync("a2");
            SseEvent live = await events.NextAsync();
            Assert.Equal("a2", live.Json.GetProperty("id").GetString());
            id = live.Id!;
        }

        await AppendAsync("a3");
        await AppendAsync("a4");
        using SseReader resumed = await host.SubscribeAsync("/api/v1/alerts", id);

        Assert.Equal("a3", (await resumed.NextAsync()).Json.GetProperty("id").GetString());
        Assert.Equal("a4", (await resumed.NextAsync()).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Alerts_AreFiltered_WhenLive()
    {
        using SseReader events = await host.SubscribeAsync($"/api/v1/alerts?asset={Examples.Press}&audience=energy");
        await events.NextAsync();

        await AppendAsync("a1");
        await host.Stores.AppendAsync(Examples.Alert("a2", Examples.Press, audiences: Audiences.Energy), default);
        host.Signals.Alerts.Pulse();

        Assert.Equal("a2", (await events.NextAsync()).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Incidents_AreToldOldestFirst_OncePerState()
    {
        host.Stores.Put(IncidentEntity.StateName, "i0", new IncidentEntity { State = Examples.Incident("i0") });
        using SseReader events = await host.SubscribeAsync("/api/v1/incidents?status=open");
        await events.NextAsync();

        host.Stores.Put(IncidentEntity.StateName, "i1", new IncidentEntity { State = Examples.Incident("i1") });
        host.Stores.Put(IncidentEntity.StateName, "i2",
            new IncidentEntity { State = Examples.Incident("i2", status: IncidentStatus.Cleared) });
        host.Stores.Put(IncidentEntity.StateName, "i3", new IncidentEntity { State = Examples.Incident("i3") });
        host.Signals.Incidents.Pulse();

        Assert.Equal("i1", (await events.NextAsync()).Json.GetProperty("id").GetString());
        Assert.Equal("i3", (await events.NextAsync()).Json.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Subscribers_AreBounded_AndThePlaceIsFreedAtTheEnd()
    {
        using SseReader first = await host.SubscribeAsync("/api/2/things");
        using SseReader second = await host.SubscribeAsync("/api/v1/alerts");
        using SseReader third = await host.SubscribeAsync("/api/v1/incidents");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/alerts");
        request.Headers.Accept.ParseAdd("text/event-stream");

        using HttpResponseMessage refused = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("subscribers.full", JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync())
            .GetProperty("code").GetString());
    }

    [Fact]
    public async Task SilentSubscription_GetsAHeartbeat_WithinItsInterval()
    {
        var time = new ManualTimeProvider(Examples.T0);
        var armed = new ArmedTimeProvider(time, TimeSpan.FromSeconds(10));
        await using ApiHost silent = await ApiHost.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(armed));
        using SseReader events = await silent.SubscribeAsync("/api/2/things");
        await events.NextAsync();

        await armed.ArmedAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        SseEvent heartbeat = await events.NextAsync();

        Assert.Equal(new SseEvent(null, null, null, "heartbeat"), heartbeat);
    }

    [Fact]
    public async Task Changes_AreConflated_WhileTheSubscriberPauses()
    {
        var time = new ManualTimeProvider(Examples.T0);
        var armed = new ArmedTimeProvider(time, TimeSpan.FromMilliseconds(100));
        await using ApiHost paced = await ApiHost.StartAsync(builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(armed);
            builder.Services.AddSingleton(new EventGate());
        });
        using SseReader events = await paced.SubscribeAsync($"/api/2/things/{Examples.Pump}/_revision");
        await events.NextAsync();
        await armed.ArmedAsync();

        for (int revision = 1; revision <= 500; revision++)
        {
            paced.Index.Apply(Examples.Twin(Examples.Pump, revision, Examples.T0));
        }

        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal("500", (await events.NextAsync()).Data);
    }

    private async Task AppendAsync(string id)
    {
        await host.Stores.AppendAsync(Examples.Alert(id), default);
        host.Signals.Alerts.Pulse();
    }
}
