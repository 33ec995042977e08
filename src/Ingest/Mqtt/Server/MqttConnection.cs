using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Sessions;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>
/// One client's connection. Three loops: this one reads and handles packets in order, the reply pipeline waits for commits, the sender
/// writes. The read loop is the only one that touches the topic cache, the aliases and the reply batch, so those need no lock.
/// </summary>
internal sealed partial class MqttConnection : ISessionLink, IOutboundSource, IPacketHandler, IDisposable
{
    private readonly Broker broker;
    private readonly Transport transport;
    private readonly int id;
    private readonly WireSender sender;
    private readonly ReplyPipeline replies;
    private readonly TopicCache topics;
    private readonly TaskCompletionSource detached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource abandoned = new();
    private readonly Lock greeting = new();
    private Task replyLoop = Task.CompletedTask;
    private MqttSource source;
    private Session? session;
    private WillPacket? will;
    private MqttVersion version = MqttVersion.V311;
    private long lastSeen;
    private long bytesCounted;
    private TimeSpan silenceLimit;
    private MqttReason closeReason;
    private int closing;
    private bool ready;

    public MqttConnection(Broker broker, Transport transport, int id, uint hashSeed)
    {
        this.broker = broker;
        this.transport = transport;
        this.id = id;
        sender = new WireSender(transport.Output, this);
        replies = new ReplyPipeline(broker.Inlet, sender, broker.Options.MaxWaitingBatches, p => broker.Route(p, session));
        topics = new TopicCache(broker.Options.MaxCachedTopics, hashSeed);
        source = new MqttSource(id, "", null, version, transport.Remote);
        Outbound = new OutboundLink(version, 1, uint.MaxValue, 0);
        silenceLimit = broker.Options.ConnectTimeout;
        lastSeen = broker.Time.GetTimestamp();
    }

    public OutboundLink Outbound { get; private set; }

    public Task Detached => detached.Task;

    public int MaxPacketSize => broker.Options.MaxPacketSize;

    private bool IsClosing => Volatile.Read(ref closing) != 0;

    public void Wake() => sender.Wake();

    public void Fill(WireBuffer buffer, int limit)
    {
        // Nothing may overtake the CONNACK.
        if (Volatile.Read(ref ready))
        {
            session?.Fill(buffer, Outbound, limit);
        }
    }

    /// <summary>From any thread, any number of times; the first reason counts.</summary>
    public void Close(MqttReason reason)
    {
        if (Interlocked.Exchange(ref closing, 1) != 0)
        {
            return;
        }

        closeReason = reason;
        lock (greeting)
        {
            if (version == MqttVersion.V5 && ready && reason != MqttReason.Success)
            {
                var packet = new WireBuffer();
                PacketWriter.Disconnect(packet, reason, version);
                sender.Append(packet.Written.Span);
                packet.Release();
            }
        }

        replies.Stop();
        sender.Complete();
        transport.Input.CancelPendingRead();
    }

    /// <summary>The server stops: the client is told, and its will stays unpublished.</summary>
    public void Shutdown()
    {
        will = null;
        Close(MqttReason.ServerShuttingDown);
    }

    /// <summary>Called by the server's clock tick.</summary>
    public void CheckSilence()
    {
        CountBytesOut();
        if (silenceLimit > TimeSpan.Zero && broker.Time.GetElapsedTime(Volatile.Read(ref lastSeen)) > silenceLimit)
        {
            Close(MqttReason.KeepAliveTimeout);
        }
    }

    public async Task RunAsync()
    {
        Task sendLoop = SendAsync();
        try
        {
            if (await ConnectAsync())
            {
                replyLoop = AnswerAsync();
                await ReadAsync();
            }
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            // An ended connection is not an error; the will below says that it was not orderly.
        }
        catch (Exception e)
        {
            broker.Log.LogConnectionFailed(id, source.ClientId, e);
            Close(MqttReason.UnspecifiedError);
        }
        finally
        {
            await EndAsync(sendLoop);
        }
    }

    /// <summary>Always false, so that a handler ends with <c>return Fail(…)</c>.</summary>
    public bool Fail(PacketFault fault)
    {
        broker.Instruments.CountMalformed(fault);
        broker.Log.LogMalformed(id, transport.Remote, fault.ToString());
        Close(fault.ToReason());
        return false;
    }

    public void Dispose() => abandoned.Dispose();

    private static bool IsPeerGone(Exception e)
        => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException
            or System.Net.WebSockets.WebSocketException;

    private async Task SendAsync()
    {
        try
        {
            await sender.RunAsync(abandoned.Token);
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            // Whoever does not take what we send is gone; the read loop may not have noticed yet.
            transport.Input.CancelPendingRead();
        }

        CountBytesOut();
    }

    private async Task AnswerAsync()
    {
        try
        {
            await replies.RunAsync(OnInletUnavailable, abandoned.Token);
        }
        catch (OperationCanceledException) when (abandoned.IsCancellationRequested)
        {
            // The connection is over; what waits goes unacknowledged.
        }
        catch (Exception e)
        {
            // The inlet broke its contract. Without this the client would wait for its acknowledgements for ever.
            broker.Log.LogConnectionFailed(id, source.ClientId, e);
            Close(MqttReason.UnspecifiedError);
        }
    }

    private void CountBytesOut()
    {
        long written = sender.BytesWritten;
        broker.Instruments.CountBytesOut(written - Interlocked.Exchange(ref bytesCounted, written));
    }

    private async Task ReadAsync()
    {
        PipeReader input = transport.Input;
        while (!IsClosing)
        {
            ReadResult result = await input.ReadAsync();
            if (result.IsCanceled)
            {
                return;
            }

            Volatile.Write(ref lastSeen, broker.Time.GetTimestamp());
            bool goOn = HandleBatch(result.Buffer, out SequencePosition consumed);
            input.AdvanceTo(consumed, result.Buffer.End);
            await replies.SealAsync();
            SendRetained();
            if (!goOn || result.IsCompleted)
            {
                return;
            }
        }
    }

    private bool HandleBatch(ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        publishes = 0;
        bool goOn = FrameLoop.Run(this, buffer, out int packets, out ReadOnlySequence<byte> rest);
        consumed = rest.Start;
        broker.Instruments.CountBatch(packets, publishes, buffer.Length - rest.Length);
        return goOn;
    }

    private void OnInletUnavailable(InletUnavailableException exception, IReadOnlyList<(ushort PacketId, long Position)> received)
    {
        // Forgotten, so that the client's repetition is taken as new: it was never acknowledged.
        foreach ((ushort packetId, long position) in received)
        {
            session?.Forget(packetId, position);
        }

        broker.Log.LogInletUnavailable(id, source.ClientId, exception);
        Close(exception.Reason);
    }

    private async Task EndAsync(Task sendLoop)
    {
        replies.End();
        sender.Complete();
        if (replies.HasRoutes)
        {
            // Before the will, and before a successor: subscribers get a client's messages in their order.
            await replyLoop;
        }

        await DetachAsync();
        broker.Log.LogDisconnected(id, source.ClientId, closeReason);
        using (var linger = new CancellationTokenSource(broker.Options.Linger, broker.Time))
        {
            await LingerAsync(sendLoop, linger.Token);
        }

        await abandoned.CancelAsync();
        transport.Dispose();
        await sendLoop;
        await replyLoop;
        replies.Release();
    }

    private async Task DetachAsync()
    {
        try
        {
            if (session is not null)
            {
                await broker.Sessions.DetachAsync(session, source, will);
            }
        }
        catch (Exception e)
        {
            // The inlet broke its contract over the will. The session is free all the same: a successor waits for it.
            broker.Log.LogConnectionFailed(id, source.ClientId, e);
        }
        finally
        {
            detached.TrySetResult();
        }
    }

    /// <summary>
    /// Lets the peer read our last words. Closing at once with unread input would reset the connection, and the reset discards the
    /// DISCONNECT that says why.
    /// </summary>
    private async Task LingerAsync(Task sendLoop, CancellationToken cancellationToken)
    {
        try
        {
            await sendLoop.WaitAsync(cancellationToken);
            bool mayLinger = await transport.TryShutdownSendAsync(cancellationToken);
            if (!IsClosing || !mayLinger)
            {
                return;
            }

            ReadResult result;
            do
            {
                result = await transport.Input.ReadAsync(cancellationToken);
                transport.Input.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (Exception e) when (IsPeerGone(e) || e is InvalidOperationException)
        {
            // Gone before it read everything: its own choice.
        }
    }
}
