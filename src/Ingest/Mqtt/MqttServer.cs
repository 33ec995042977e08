using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using Millwright.Ingest.Mqtt.Server;

namespace Millwright.Ingest.Mqtt;

/// <summary>
/// The MQTT endpoint: 3.1.1 and 5.0, over its own TCP listener and over WebSockets that the host hands in. Devices publish into the
/// inlet; whoever subscribes gets messages like from any broker.
/// </summary>
public sealed class MqttServer : IAsyncDisposable
{
    // Fine enough for keep alives and will delays, which are in seconds.
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);
    private readonly Broker broker;
    private readonly ConcurrentDictionary<int, (MqttConnection Connection, Task Running)> connections = new();
    private readonly CancellationTokenSource stopping = new();
    private Socket? listener;
    private Task accepting = Task.CompletedTask;
    private ITimer? tick;
    private int lastId;
    private int open;
    private int ticking;

    public MqttServer(MqttServerOptions options, IMqttInlet inlet, MqttServices services)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inlet);
        ArgumentNullException.ThrowIfNull(services);
        if (new MqttServerOptionsValidator().Validate(null, options) is { Failed: true } faults)
        {
            throw new ArgumentException(faults.FailureMessage, nameof(options));
        }

        broker = new Broker(options, inlet, services);
    }

    /// <summary>The address in use, once started.</summary>
    public IPEndPoint? LocalEndPoint => (IPEndPoint?)listener?.LocalEndPoint;

    public MqttServerStatistics Statistics => new()
    {
        Connections = Volatile.Read(ref open),
        Sessions = broker.Sessions.Count,
        Subscriptions = broker.Trie.Count,
        RetainedMessages = broker.Retained.Count,
        RetainedBytes = broker.Retained.Bytes,
        MessagesIn = broker.Instruments.MessagesIn,
        MessagesOut = broker.Instruments.MessagesOut,
        MessagesDropped = broker.Instruments.Dropped,
        PacketsMalformed = broker.Instruments.Malformed,
    };

    /// <summary>Binds and begins to accept. Throws <see cref="SocketException"/> when the port is taken.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (broker.Keeper is { } keeper)
        {
            await keeper.LoadAsync(cancellationToken);
        }

        var endPoint = new IPEndPoint(IPAddress.Parse(broker.Options.Address), broker.Options.Port);
        listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
        {
            listener.DualMode = true;
        }

        listener.Bind(endPoint);
        listener.Listen(512);
        StartClock();
        accepting = AcceptLoopAsync(listener);
        broker.Log.LogListening(LocalEndPoint!.ToString());
    }

    /// <summary>
    /// Closes every connection (5.0 clients are told) and waits until all have ended. Wills are not published: the asset did not die,
    /// we did.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        listener?.Dispose();
        if (tick is not null)
        {
            await tick.DisposeAsync();
        }

        await accepting;
        (MqttConnection Connection, Task Running)[] all = [.. connections.Values];
        foreach ((MqttConnection connection, _) in all)
        {
            connection.Shutdown();
        }

        await Task.WhenAll(all.Select(c => c.Running)).WaitAsync(cancellationToken);
        if (broker.Keeper is { } keeper)
        {
            await keeper.SaveAsync(cancellationToken);
        }

        broker.Log.LogStopped(all.Length);
    }

    /// <summary>Publishes a message of the server's own to its subscribers. It does not pass the inlet.</summary>
    /// <exception cref="ArgumentException">The topic is empty, too deep, or holds a wildcard.</exception>
    public void Publish(MqttMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!Routing.TopicRules.IsName(message.TopicUtf8.Span))
        {
            throw new ArgumentException("Not a topic name: it is empty, too deep, or holds a wildcard or NUL.", nameof(message));
        }

        broker.Publish(message);
    }

    /// <summary>The same in one line. Completes at once: the message is in the queues of its receivers.</summary>
    public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, byte qos = 0, bool retain = false)
    {
        Publish(new MqttMessage(topic, payload, qos, retain));
        return ValueTask.CompletedTask;
    }

    /// <summary>Saves lasting sessions now, with what waits in them, instead of at the next tick.</summary>
    public async ValueTask SaveSessionsAsync(CancellationToken cancellationToken)
    {
        if (broker.Keeper is { } keeper)
        {
            await keeper.SaveAsync(cancellationToken);
        }
    }

    /// <summary>Serves one WebSocket (subprotocol <c>mqtt</c>) until it ends. The host accepted it and disposes it.</summary>
    public Task AcceptAsync(WebSocket webSocket, string remote) => AcceptAsync(new WebSocketTransportStream(webSocket), remote);

    /// <summary>Serves one duplex stream until it ends, and disposes it.</summary>
    public Task AcceptAsync(Stream stream, string remote)
    {
        StartClock();
        return ServeAsync(stream, null, remote);
    }

    public async ValueTask DisposeAsync()
    {
        if (!stopping.IsCancellationRequested)
        {
            await StopAsync(CancellationToken.None);
        }

        broker.Keeper?.Dispose();
        stopping.Dispose();
    }

    private void StartClock()
    {
        if (tick is null)
        {
            ITimer made = broker.Time.CreateTimer(_ => OnTick(), null, TickInterval, TickInterval);
            if (Interlocked.CompareExchange(ref tick, made, null) is not null)
            {
                made.Dispose();
            }
        }
    }

    private async Task AcceptLoopAsync(Socket from)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await from.AcceptAsync(stopping.Token);
                socket.NoDelay = true;
                string remote = socket.RemoteEndPoint?.ToString() ?? "unknown";
                _ = Task.Run(() => ServeSocketAsync(socket, remote), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e) when (!stopping.IsCancellationRequested)
            {
                // A client that gives up between SYN and accept, or no file descriptor left: the next one may fare better.
                broker.Log.LogAcceptFailed(e);
            }
        }
    }

    private async Task ServeSocketAsync(Socket socket, string remote)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (broker.Options.Tls is { } tls)
        {
            var secure = new SslStream(stream);
            try
            {
                using var limit = new CancellationTokenSource(broker.Options.ConnectTimeout, broker.Time);
                await secure.AuthenticateAsServerAsync(tls, limit.Token);
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                await secure.DisposeAsync();
                return;
            }

            stream = secure;
        }

        await ServeAsync(stream, socket, remote);
    }

    private async Task ServeAsync(Stream stream, Socket? socket, string remote)
    {
        int count = Interlocked.Increment(ref open);
        try
        {
            if (count > broker.Options.MaxConnections || stopping.IsCancellationRequested)
            {
                broker.Log.LogConnectionRefused(remote, count - 1);
                await stream.DisposeAsync();
                return;
            }

            int id = Interlocked.Increment(ref lastId);
            using var transport = new Transport(stream, socket, remote, broker.Options.ReadBufferSize);
            using var connection = new MqttConnection(broker, transport, id, broker.HashSeed);
            broker.Instruments.CountConnection(1);
            var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connections[id] = (connection, running.Task);
            try
            {
                await connection.RunAsync();
            }
            finally
            {
                connections.TryRemove(id, out _);
                running.SetResult();
                broker.Instruments.CountConnection(-1);
            }
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private void OnTick()
    {
        // A tick that is late is skipped, not stacked.
        if (Interlocked.Exchange(ref ticking, 1) == 0)
        {
            _ = TickAsync();
        }
    }

    private async Task TickAsync()
    {
        try
        {
            foreach ((MqttConnection connection, _) in connections.Values)
            {
                connection.CheckSilence();
            }

            await broker.Sessions.AdvanceAsync(broker.Time.GetUtcNow());
            if (broker.Keeper is { } keeper && !stopping.IsCancellationRequested)
            {
                await keeper.SaveAsync(stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The stop saves what is left.
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The clock must not stop: without it no dead client would ever be noticed again.
            broker.Log.LogTickFailed(e);
        }
        finally
        {
            Volatile.Write(ref ticking, 0);
        }
    }
}
