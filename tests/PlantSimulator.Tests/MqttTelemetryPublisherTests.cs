using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation.Publishing;

namespace Millwright.Simulation.Tests;

public sealed class MqttTelemetryPublisherTests
{
    private static readonly TimeSpan FailureBound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task PublishAsync_OverARealConnection_CompletesWhenAcknowledgedAndKeepsTheOrder()
    {
        var inlet = new CollectingInlet(500);
        await using MqttServer server = await ServeAsync(0, inlet);
        await using MqttTelemetryPublisher publisher = await ConnectAsync(server.LocalEndPoint!.Port);

        await Task.WhenAll(Publish(publisher, 500)).WaitAsync(FailureBound);

        Assert.Equal(Numbers(500), inlet.Messages.Select(m => m.Payload));
        Assert.Equal(0, publisher.Reconnects);
    }

    [Fact]
    public async Task PublishAsync_WhenTheConnectionBreaks_SendsTheUnacknowledgedAgainInOrder()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        int port = ((IPEndPoint)deaf.LocalEndpoint).Port;
        Task<Socket> accepted = AcceptAsync(deaf);
        await using MqttTelemetryPublisher publisher = await ConnectAsync(port);
        Task[] published = Publish(publisher, 50);
        Assert.All(published, p => Assert.False(p.IsCompleted));

        // The broker that never acknowledges dies, and another takes its place.
        deaf.Stop();
        (await accepted).Dispose();
        var inlet = new CollectingInlet(50);
        await using MqttServer server = await ServeAsync(port, inlet);
        await Task.WhenAll(published).WaitAsync(FailureBound);

        Assert.Equal(Numbers(50), inlet.Messages.Select(m => m.Payload));
        Assert.Equal(1, publisher.Reconnects);
    }

    [Fact]
    public async Task ConnectAsync_WhenNobodyListens_Throws()
        => await Assert.ThrowsAnyAsync<SocketException>(() => ConnectAsync(1));

    [Fact]
    public async Task SimulatorHost_StartedBeforeItsEndpoint_FindsItAndPublishesThePlant()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        int port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var inlet = new CollectingInlet(30);
        await using var host = new SimulatorHost(new Uri($"mqtt://127.0.0.1:{port}"), seed: 1, TimeProvider.System);
        await host.StartAsync();

        await using MqttServer server = await ServeAsync(port, inlet);
        await inlet.Complete.WaitAsync(FailureBound);
        await host.StopAsync();

        Assert.Null(host.Fault);
        Assert.Contains(inlet.Messages, m => m.Topic == "telemetry/acme.lyon/pump-01");
    }

    [Theory]
    [InlineData("mqtt://broker", "broker", 1883, false)]
    [InlineData("mqtt://user:p%40ss@broker:1999", "broker", 1999, false)]
    [InlineData("mqtts://broker", "broker", 8883, true)]
    public void BrokerAddress_ReadsWhatPeopleWrite(string text, string host, int port, bool isTls)
    {
        Assert.True(BrokerAddress.TryParse(text, "me", out MqttClientOptions options, out _));
        Assert.Equal((host, port, isTls, "me"), (options.Host, options.Port, options.Tls is not null, options.ClientId));
        Assert.Equal(text.Contains('@') ? "p@ss" : null, options.Password);
    }

    [Theory]
    [InlineData("broker")]
    [InlineData("http://broker")]
    [InlineData("")]
    public void BrokerAddress_RefusesTheRestWithAReason(string text)
    {
        Assert.False(BrokerAddress.TryParse(text, "me", out _, out string fault));
        Assert.NotEmpty(fault);
    }

    private static Task[] Publish(MqttTelemetryPublisher publisher, int count)
        => [.. Numbers(count).Select(n => publisher.PublishAsync("t", Encoding.UTF8.GetBytes(n), 1, CancellationToken.None).AsTask())];

    private static string[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    private static Task<MqttTelemetryPublisher> ConnectAsync(int port)
        => MqttTelemetryPublisher.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = port }, TimeProvider.System,
            CancellationToken.None);

    private static async Task<MqttServer> ServeAsync(int port, IMqttInlet inlet)
    {
        var server = new MqttServer(new MqttServerOptions { Address = "127.0.0.1", Port = port }, inlet, new MqttServices());
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>Answers CONNECT of MQTT 5 with success, and then nothing any more.</summary>
    private static async Task<Socket> AcceptAsync(TcpListener listener)
    {
        Socket socket = await listener.AcceptSocketAsync();
        _ = await socket.ReceiveAsync(new byte[1024]);
        await socket.SendAsync(new byte[] { 0x20, 0x03, 0x00, 0x00, 0x00 });
        return socket;
    }
}
