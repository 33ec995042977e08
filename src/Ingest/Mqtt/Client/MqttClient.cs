using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Server;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// One connection to a broker. Publishes are pipelined up to a window; what arrives goes to the inlet on the read loop and is
/// acknowledged when the inlet says it is durable. It does not reconnect: <see cref="MqttBrokerSource"/> does.
/// </summary>
public sealed partial class MqttClient : IAsyncDisposable, IOutboundSource, IPacketHandler
{
    private readonly MqttClientOptions options;
    private readonly IMqttInlet inlet;
    private readonly TimeProvider time;
    private readonly MqttClientSession session;
    private readonly Lock gate = new();
    private readonly PublishWindow window = new();
    private readonly WireBuffer outgoing = new();
    private readonly CancellationTokenSource abandoned = new();
    private readonly TopicCache topics;
    private readonly TaskCompletionSource<MqttConnectResult> connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<MqttReason> completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource roomFreed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Transport? transport;
    private WireSender? sender;
    private ReplyPipeline? replies;
    private MqttSource source;
    private ITimer? keepAliveTimer;
    private TimeSpan keepAlive;
    private long lastSeen;
    private MqttReason endReason = MqttReason.UnspecifiedError;
    private bool ended;
    private bool roomWanted;
    private Exception? fault;

    /// <param name="inlet">Gets what the broker sends. Null: for publishers, received messages are acknowledged and dropped.</param>
    /// <param name="session">Null: nothing is remembered between connections.</param>
    public MqttClient(MqttClientOptions options, IMqttInlet? inlet = null, TimeProvider? time = null, MqttClientSession? session = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.inlet = inlet ?? DiscardingInlet.Instance;
        this.time = time ?? TimeProvider.System;
        this.session = session ?? new MqttClientSession();
        topics = new TopicCache(8_192, 0x5EED);
        source = new MqttSource(0, options.ClientId, options.UserName, options.Version, options.Host);
        keepAlive = options.KeepAlive;
    }

    /// <summary>
    /// Called on the read loop for every answered <see cref="TryPublish"/> of QoS 1 or 2, with its state; at the end of the connection for
    /// every unanswered one with <see cref="MqttReason.ServerUnavailable"/>, which no server sends there. Set it before connecting.
    /// </summary>
    public Action<long, MqttReason>? Acknowledged { get; set; }

    /// <summary>
    /// Completes when the connection is over, with the server's reason or <see cref="MqttReason.Success"/> after our own disconnect.
    /// </summary>
    public Task<MqttReason> Completed => completed.Task;

    int IPacketHandler.MaxPacketSize => options.MaxPacketSize;

    public async Task<MqttConnectResult> ConnectAsync(CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ITimer timeout = time.CreateTimer(_ => limit.Cancel(), null, options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        (Stream stream, Socket? socket) = await OpenAsync(limit.Token);
        return await ConnectAsync(stream, socket, limit.Token);
    }

    /// <summary>Over a stream that somebody else opened.</summary>
    public Task<MqttConnectResult> ConnectAsync(Stream stream, CancellationToken cancellationToken = default)
        => ConnectAsync(stream, null, cancellationToken);

    /// <summary>
    /// Queues a publish without waiting and without allocating. False: the window or the buffer is full, see
    /// <see cref="WaitForRoomAsync"/>.
    /// The answer comes to <see cref="Acknowledged"/> with <paramref name="state"/>.
    /// </summary>
    public bool TryPublish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, byte qos, bool retain = false, long state = 0)
    {
        lock (gate)
        {
            if (!HasRoom(qos))
            {
                return false;
            }

            ushort id = qos == 0 ? (ushort)0 : window.Take(KindOf(qos), state, null);
            byte header = (byte)(0x30 | (qos << 1) | (retain ? 1 : 0));
            ClientPackets.Publish(outgoing, header, id, topic, payload, options.Version);
        }

        sender!.Wake();
        return true;
    }

    /// <summary>
    /// Completes when an answer or the socket made room, or at once when there is some. Throws when the connection is over.
    /// </summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task freed;
            lock (gate)
            {
                ThrowIfEnded();
                if (HasRoom(1))
                {
                    return;
                }

                roomWanted = true;
                freed = roomFreed.Task;
            }

            await freed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Publishes and waits for the answer (QoS 0: until it is queued). Returns the server's reason.</summary>
    public async Task<MqttReason> PublishAsync(MqttMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var completion = new TaskCompletionSource<MqttReason>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!TryPublish(message, completion))
        {
            await WaitForRoomAsync(cancellationToken);
        }

        return message.Qos == 0 ? MqttReason.Success : await completion.Task.WaitAsync(cancellationToken);
    }

    public Task<MqttReason> PublishAsync(
        string topic, ReadOnlyMemory<byte> payload, byte qos = 1, bool retain = false, CancellationToken cancellationToken = default)
        => PublishAsync(new MqttMessage(topic, payload, qos, retain), cancellationToken);

    /// <summary>Returns one reason per filter: the granted QoS, or from 0x80 on a refusal.</summary>
    public Task<MqttReason[]> SubscribeAsync(params IReadOnlyList<MqttSubscription> filters) => SubscribeAsync(filters, 0);

    public Task<MqttReason[]> SubscribeAsync(IReadOnlyList<MqttSubscription> filters, uint identifier)
        => RequestAsync(RequestKind.Subscribe, id => ClientPackets.Subscribe(outgoing, id, filters, identifier, options.Version));

    public Task<MqttReason[]> UnsubscribeAsync(params IReadOnlyList<string> filters)
        => RequestAsync(RequestKind.Unsubscribe, id => ClientPackets.Unsubscribe(outgoing, id, filters, options.Version));

    /// <summary>Says goodbye and waits for the end. With another reason than success the server publishes the will.</summary>
    public async Task DisconnectAsync(MqttReason reason = MqttReason.Success)
    {
        if (sender is null)
        {
            return;
        }

        endReason = MqttReason.Success;
        var packet = new WireBuffer();
        lock (gate)
        {
            // What was published before goes out before.
            packet.Append(outgoing.Written.Span);
            outgoing.Clear();
        }

        PacketWriter.Disconnect(packet, reason, options.Version);
        sender.Append(packet.Written.Span);
        sender.Complete();
        await completed.Task;
    }

    /// <summary>Drops the connection without a word, as a dying device would.</summary>
    public void Abort() => transport?.Output.Dispose();

    public async ValueTask DisposeAsync()
    {
        if (sender is not null)
        {
            Abort();
            await ((Task)completed.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        abandoned.Dispose();
    }

    void IOutboundSource.Fill(WireBuffer buffer, int limit)
    {
        lock (gate)
        {
            if (outgoing.Length > 0)
            {
                buffer.Append(outgoing.Written.Span);
                outgoing.Clear();
                SignalRoom();
            }
        }
    }

    private static RequestKind KindOf(byte qos) => qos == 1 ? RequestKind.PublishQos1 : RequestKind.PublishQos2;

    private async Task<(Stream Stream, Socket? Socket)> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.WebSocket is { } uri)
        {
            var webSocket = new ClientWebSocket();
            webSocket.Options.AddSubProtocol("mqtt");
            await webSocket.ConnectAsync(uri, cancellationToken);
            return (new WebSocketTransportStream(webSocket), null);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellationToken);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is { } tls)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsClientAsync(tls, cancellationToken);
                stream = secure;
            }

            return (stream, socket);
        }
        catch
        {
            // Only the socket exists so far; whoever called hears why.
            socket.Dispose();
            throw;
        }
    }

    private async Task<MqttConnectResult> ConnectAsync(Stream stream, Socket? socket, CancellationToken cancellationToken)
    {
        transport = new Transport(stream, socket, options.Host, 64 * 1024);
        sender = new WireSender(stream, this);
        replies = new ReplyPipeline(inlet, sender, 64);
        var packet = new WireBuffer();
        ClientPackets.Connect(packet, options);
        sender.Append(packet.Written.Span);
        packet.Release();
        lastSeen = time.GetTimestamp();
        _ = RunAsync();
        using CancellationTokenRegistration registration = cancellationToken.Register(Abort);
        MqttConnectResult result = await connected.Task;
        if (keepAlive > TimeSpan.Zero)
        {
            keepAliveTimer = time.CreateTimer(_ => KeepAlive(), null, keepAlive / 2, keepAlive / 2);
        }

        return result;
    }

    private bool HasRoom(byte qos)
        => !ended && outgoing.Length < options.MaxBufferedBytes && (qos == 0 ? window.Size > 0 : window.Available > 0);

    private bool TryPublish(MqttMessage message, TaskCompletionSource<MqttReason> completion)
    {
        lock (gate)
        {
            ThrowIfEnded();
            if (!HasRoom(message.Qos))
            {
                return false;
            }

            ushort id = message.Qos == 0 ? (ushort)0 : window.Take(KindOf(message.Qos), 0, completion);
            var header = new PublishHeader
            {
                Qos = message.Qos,
                Retain = message.Retain,
                PacketId = id,
                ExpirySeconds = message.RemainingSeconds(time.GetUtcNow()),
            };
            PacketWriter.Publish(outgoing, message, header, options.Version);
        }

        sender!.Wake();
        return true;
    }

    private async Task<MqttReason[]> RequestAsync(RequestKind kind, Action<ushort> encode)
    {
        var completion = new TaskCompletionSource<MqttReason[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            await WaitForRoomAsync();
            lock (gate)
            {
                if (HasRoom(1))
                {
                    encode(window.Take(kind, 0, completion));
                    break;
                }
            }
        }

        sender!.Wake();
        return await completion.Task;
    }

    private void ThrowIfEnded()
    {
        if (ended)
        {
            throw new MqttConnectionException($"The MQTT connection ended: {endReason}.") { Reason = endReason };
        }
    }

    /// <summary>Called under the lock.</summary>
    private void SignalRoom()
    {
        if (roomWanted)
        {
            roomWanted = false;
            roomFreed.SetResult();
            roomFreed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
