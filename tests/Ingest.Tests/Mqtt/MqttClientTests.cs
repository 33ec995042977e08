using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Our client at our endpoint: memory, TCP and WebSocket.</summary>
public sealed class MqttClientTests
{
    [Theory]
    [InlineData(MqttVersion.V311, 0)]
    [InlineData(MqttVersion.V311, 1)]
    [InlineData(MqttVersion.V311, 2)]
    [InlineData(MqttVersion.V5, 0)]
    [InlineData(MqttVersion.V5, 1)]
    [InlineData(MqttVersion.V5, 2)]
    public async Task Message_ComesBack_ToItsSubscriber(MqttVersion version, byte qos)
    {
        await using var endpoint = new MqttEndpoint();
        using var queue = new MqttMessageQueue();
        await using MqttClient client = await endpoint.ConnectAsync(new MqttClientOptions { Version = version, ClientId = "c" }, queue);
        Assert.Equal([(MqttReason)qos], await client.SubscribeAsync(new MqttSubscription("a/+", qos)));

        Assert.Equal(MqttReason.Success, await client.PublishAsync("a/b", "x"u8.ToArray(), qos));

        MqttMessage message = await queue.ReadAsync().AsTask().WaitAsync(RawClient.Bound);
        Assert.Equal(("a/b", qos), (message.Topic, message.Qos));
        await client.DisconnectAsync();
        Assert.Equal(MqttReason.Success, await client.Completed);
    }

    [Fact]
    public async Task Connect_Throws_WhenServerRefuses()
    {
        await using var endpoint = new MqttEndpoint(authenticator: new OnePasswordAuthenticator("secret"));

        MqttConnectionException refused = await Assert.ThrowsAsync<MqttConnectionException>(
            () => endpoint.ConnectAsync(new MqttClientOptions { ClientId = "c", UserName = "u", Password = "wrong" }));
        await using MqttClient client = await endpoint.ConnectAsync(
            new MqttClientOptions { ClientId = "c", UserName = "u", Password = "secret" });

        Assert.Equal(MqttReason.BadUserNameOrPassword, refused.Reason);
    }

    [Fact]
    public async Task Publish_Fails_WhenTheConnectionEndsBeforeTheAnswer()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        await using MqttClient client = await endpoint.ConnectAsync(new MqttClientOptions { ClientId = "c" });

        Task<MqttReason> publish = client.PublishAsync("a", "x"u8.ToArray(), 1);
        await endpoint.Inlet.NextAsync();
        client.Abort();

        await Assert.ThrowsAsync<MqttConnectionException>(() => publish.WaitAsync(RawClient.Bound));
        Assert.False(client.TryPublish("a"u8, "x"u8, 1));
        await Assert.ThrowsAsync<MqttConnectionException>(() => client.PublishAsync("a", "x"u8.ToArray(), 1));
    }

    [Fact]
    public async Task TryPublish_ReportsEachStateOnce_AndStopsAtTheWindow()
    {
        await using var endpoint = new MqttEndpoint();
        endpoint.Inlet.HoldCommits();
        var answered = new List<long>();
        var reasons = new List<MqttReason>();
        var all = new TaskCompletionSource();
        await using MqttClient client = await endpoint.ConnectAsync(new MqttClientOptions { ClientId = "c", MaxInFlight = 3 });
        client.Acknowledged = (state, reason) =>
        {
            reasons.Add(reason);
            answered.Add(state);
            if (answered.Count == 3)
            {
                all.SetResult();
            }
        };

        bool[] taken = [.. Enumerable.Range(0, 4).Select(i => client.TryPublish("a"u8, "x"u8, 1, state: 10 + i))];
        for (int i = 0; i < 3; i++)
        {
            await endpoint.Inlet.NextAsync();
        }

        endpoint.Inlet.Commit(long.MaxValue);
        await all.Task.WaitAsync(RawClient.Bound);

        Assert.Equal([true, true, true, false], taken);
        Assert.Equal([10L, 11L, 12L], answered);
        endpoint.Inlet.HoldCommits();
        Assert.True(client.TryPublish("a"u8, "x"u8, 1, state: 14));
        await endpoint.Inlet.NextAsync();
        await client.DisposeAsync();

        // What was never answered is reported too, with a reason that no server sends.
        Assert.Equal([10L, 11L, 12L, 14L], answered);
        Assert.Equal([MqttReason.Success, MqttReason.Success, MqttReason.Success, MqttReason.ServerUnavailable], reasons);
    }

    [Fact]
    public async Task Completed_Faults_WhenTheCallbackThrows()
    {
        await using var endpoint = new MqttEndpoint();
        await using MqttClient client = await endpoint.ConnectAsync(new MqttClientOptions { ClientId = "c" });
        client.Acknowledged = (_, _) => throw new InvalidTimeZoneException("the caller's own bug");

        Assert.True(client.TryPublish("a"u8, "x"u8, 1));

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => client.Completed.WaitAsync(RawClient.Bound));
    }

    [Fact]
    public async Task Endpoint_TakesEveryMessageOnce_FromManyConnectionsOverTcp()
    {
        const int PerConnection = 20_000;
        var inlet = new RecordingInlet();
        await using var server = new MqttServer(new MqttServerOptions { Address = "127.0.0.1", Port = 0 }, inlet, new MqttServices());
        await server.StartAsync(CancellationToken.None);

        int port = server.LocalEndPoint!.Port;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => PublishAllAsync(port, $"t/{i}", PerConnection))))
            .WaitAsync(RawClient.Bound);

        Assert.Equal(4 * PerConnection, inlet.Published);
        var next = new Dictionary<string, int>();
        while (inlet.TryNext(out string? message))
        {
            string[] parts = message!.Split('=');
            int expected = next.GetValueOrDefault(parts[0]);
            Assert.Equal($"{expected}", parts[1]);
            next[parts[0]] = expected + 1;
        }
    }

    [Fact]
    public async Task WebSocket_IsServed_WhenTheHostHandsItIn()
    {
        var inlet = new RecordingInlet();
        await using var server = new MqttServer(new MqttServerOptions(), inlet, new MqttServices());
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        await using WebApplication host = builder.Build();
        host.UseWebSockets();
        host.Map("/mqtt", async (HttpContext context) =>
        {
            using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync("mqtt");
            await server.AcceptAsync(socket, "browser");
        });
        await host.StartAsync();
        string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var uri = new Uri(address.Replace("http://", "ws://", StringComparison.Ordinal) + "/mqtt");

        await using var client = new MqttClient(new MqttClientOptions { WebSocket = uri, ClientId = "browser" });
        await client.ConnectAsync();
        Assert.Equal(MqttReason.Success, await client.PublishAsync("a", new byte[200_000], 1));
        Assert.Equal(MqttReason.Success, await client.PublishAsync("a", "x"u8.ToArray(), 2));

        await inlet.NextAsync();
        Assert.Equal("a=x", await inlet.NextAsync());
        await client.DisconnectAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Connection_IsClosed_WhenTooManyAreOpen()
    {
        await using var endpoint = new MqttEndpoint(o => o.MaxConnections = 1);
        await using RawClient first = await endpoint.ConnectAsync(4, "one");
        await using RawClient second = endpoint.Open();

        Assert.Equal("closed", await second.ReadAsync());
        Assert.Equal("d000", await first.ExchangeAsync([0xC0, 0]));
    }

    private static async Task PublishAllAsync(int port, string topic, int count)
    {
        byte[] name = System.Text.Encoding.UTF8.GetBytes(topic);
        int answered = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = port })
        {
            Acknowledged = (_, _) =>
            {
                if (++answered == count)
                {
                    all.SetResult();
                }
            },
        };
        await client.ConnectAsync();
        for (int i = 0; i < count; i++)
        {
            byte[] payload = System.Text.Encoding.UTF8.GetBytes($"{i}");
            while (!client.TryPublish(name, payload, 1))
            {
                await client.WaitForRoomAsync();
            }
        }

        await all.Task;
        await client.DisconnectAsync();
    }

    private sealed class OnePasswordAuthenticator(string password) : IMqttAuthenticator
    {
        public ValueTask<MqttReason> ConnectAsync(MqttCredentials credentials, CancellationToken cancellationToken)
            => new(System.Text.Encoding.UTF8.GetString(credentials.Password.Span) == password
                ? MqttReason.Success
                : MqttReason.BadUserNameOrPassword);
    }
}
