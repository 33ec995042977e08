using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>What a server finds again after a restart.</summary>
public sealed class SessionStoreTests
{
    [Fact]
    public async Task Session_GoesOn_AfterARestart()
    {
        var store = new MemorySessionStore();
        await using (var before = new MqttEndpoint(store: store))
        {
            RawClient client = await before.ConnectAsync(4, "board", clean: false);
            await client.ExchangeAsync(RawClient.Subscribe("a", 2));
            Assert.Equal("50020009", await client.ExchangeAsync(RawClient.Publish("x", "once", 2, 9)));
            await before.Server.PublishAsync("a", "1"u8.ToArray(), 1);
            Assert.Equal("3206000161000131", await client.ReadAsync());
            await client.DisposeAsync();
            await before.Server.PublishAsync("a", "2"u8.ToArray(), 2);
            await before.Server.PublishAsync("r", "kept"u8.ToArray(), 0, retain: true);
            await before.Server.StopAsync(CancellationToken.None);
        }

        await using var after = new MqttEndpoint(store: store);
        await after.Server.StartAsync(CancellationToken.None);
        Assert.Equal(1, after.Server.Statistics.RetainedMessages);
        await using RawClient back = after.Open();
        Assert.Equal(1, (await back.ConnectAsync(4, "board", clean: false))[2]);
        Assert.Equal("3a06000161000131", await back.ReadAsync());
        Assert.Equal("3406000161000232", await back.ReadAsync());
        Assert.Equal("50020009", await back.ExchangeAsync(RawClient.Publish("x", "once", 2, 9, flags: 8)));
        Assert.Equal(0, after.Inlet.Published);

        await after.Server.PublishAsync("a", "3"u8.ToArray());
        Assert.Equal("300400016133", await back.ReadAsync());
    }

    [Fact]
    public async Task Session_IsNotFound_AfterItsTimeOrAfterACleanStart()
    {
        var store = new MemorySessionStore();
        await using (var before = new MqttEndpoint(store: store))
        {
            await (await before.ConnectAsync(5, "short", properties: "1100000005")).DisposeAsync();
            await (await before.ConnectAsync(4, "wiped", clean: false)).DisposeAsync();
            await before.Server.StopAsync(CancellationToken.None);
        }

        Assert.Equal(2, (await store.LoadAsync(CancellationToken.None)).Sessions.Count);
        await using var after = new MqttEndpoint(store: store);
        await after.Server.StartAsync(CancellationToken.None);
        after.Time.Advance(TimeSpan.FromSeconds(6));
        await (await after.ConnectAsync(4, "wiped", clean: true)).DisposeAsync();
        await after.Server.StopAsync(CancellationToken.None);

        Assert.Empty((await store.LoadAsync(CancellationToken.None)).Sessions);
    }

    [Fact]
    public async Task ReceivedId_IsNotSaved_BeforeItsMessageIsDurable()
    {
        var store = new MemorySessionStore();
        await using var endpoint = new MqttEndpoint(store: store);
        endpoint.Inlet.HoldCommits();
        RawClient client = await endpoint.ConnectAsync(4, "press", clean: false);
        await client.SendAsync(RawClient.Publish("a", "x", 2, 1));
        await endpoint.Inlet.NextAsync();
        await client.DisposeAsync();

        endpoint.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain((await store.LoadAsync(CancellationToken.None)).Sessions, s => s.Received.Count > 0);
        endpoint.Inlet.Commit(long.MaxValue);
        await endpoint.Server.StopAsync(CancellationToken.None);

        Assert.Equal<ushort>([1], (await store.LoadAsync(CancellationToken.None)).Sessions.Single().Received);
    }
}
