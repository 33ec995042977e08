using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Client;

public sealed partial class MqttClient
{
    bool IPacketHandler.Handle(in Frame frame, ReadOnlySpan<byte> body)
    {
        if (!connected.Task.IsCompleted)
        {
            return frame.Type == PacketType.ConnAck ? HandleConnAck(body) : Fail(PacketFault.UnexpectedPacket);
        }

        return frame.Type switch
        {
            PacketType.Publish => HandlePublish(frame.Header, body),
            PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp => HandleAck(frame, body),
            PacketType.SubAck or PacketType.UnsubAck => HandleSubAck(frame.Type, body),
            PacketType.PingResp => true,
            PacketType.Disconnect => HandleDisconnect(frame, body),
            _ => Fail(PacketFault.UnexpectedPacket),
        };
    }

    bool IPacketHandler.Fail(PacketFault fault) => Fail(fault);

    private bool Fail(PacketFault fault)
    {
        endReason = fault.ToReason();
        var packet = new WireBuffer();
        PacketWriter.Disconnect(packet, endReason, options.Version);
        sender!.Append(packet.Written.Span);
        packet.Release();
        return false;
    }

    private async Task RunAsync()
    {
        Task sendLoop = SendAsync();
        Task replyLoop = replies!.RunAsync(OnInletUnavailable, abandoned.Token);
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            // The end is reported by Completed and by every request that waits.
        }
        catch (Exception e)
        {
            // A bug of ours, or of the inlet or callback that we called: whoever waits for the end hears of it.
            fault = e;
        }

        await EndAsync(sendLoop, replyLoop);
    }

    private static bool IsPeerGone(Exception e)
        => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or WebSocketException;

    private async Task SendAsync()
    {
        try
        {
            await sender!.RunAsync(abandoned.Token);
            await transport!.TryShutdownSendAsync(abandoned.Token);
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            transport!.Input.CancelPendingRead();
        }
    }

    private async Task ReadAsync()
    {
        PipeReader input = transport!.Input;
        bool goOn = true;
        while (goOn)
        {
            ReadResult result = await input.ReadAsync();
            if (result.IsCanceled)
            {
                return;
            }

            Volatile.Write(ref lastSeen, time.GetTimestamp());
            goOn = FrameLoop.Run(this, result.Buffer, out _, out ReadOnlySequence<byte> rest) && !result.IsCompleted;
            input.AdvanceTo(rest.Start, result.Buffer.End);
            await replies!.SealAsync();
            lock (gate)
            {
                SignalRoom();
            }
        }
    }

    private async Task EndAsync(Task sendLoop, Task replyLoop)
    {
        replies!.Stop();
        sender!.Complete();
        using (var linger = new CancellationTokenSource(TimeSpan.FromSeconds(1), time))
        {
            await sendLoop.WaitAsync(linger.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await abandoned.CancelAsync();
        if (keepAliveTimer is not null)
        {
            await keepAliveTimer.DisposeAsync();
        }

        transport!.Dispose();
        await sendLoop;
        await replyLoop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        List<PublishWindow.Slot> open;
        lock (gate)
        {
            ended = true;
            open = window.TakeAll();
            SignalRoom();
        }

        var lost = new MqttConnectionException($"The MQTT connection ended before the answer came: {endReason}.") { Reason = endReason };
        try
        {
            open.ForEach(slot => Abandon(slot, lost));
        }
        catch (Exception e)
        {
            // The callback threw; the others still have to hear that it is over.
            fault ??= e;
        }

        connected.TrySetException(lost);
        if (fault is null)
        {
            completed.TrySetResult(endReason);
        }
        else
        {
            completed.TrySetException(fault);
        }
    }

    private void Abandon(PublishWindow.Slot slot, MqttConnectionException lost)
    {
        switch (slot.Completion)
        {
            case TaskCompletionSource<MqttReason> publish: publish.TrySetException(lost); break;
            case TaskCompletionSource<MqttReason[]> request: request.TrySetException(lost); break;
            default: Acknowledged?.Invoke(slot.State, MqttReason.ServerUnavailable); break;
        }
    }

    private void OnInletUnavailable(InletUnavailableException exception, IReadOnlyList<ushort> received)
    {
        foreach (ushort id in received)
        {
            session.Forget(id);
        }

        endReason = exception.Reason;
        transport!.Input.CancelPendingRead();
    }

    private void KeepAlive()
    {
        if (time.GetElapsedTime(Volatile.Read(ref lastSeen)) > keepAlive * 1.5)
        {
            endReason = MqttReason.KeepAliveTimeout;
            transport!.Input.CancelPendingRead();
            return;
        }

        sender!.Append([(byte)PacketType.PingReq << 4, 0]);
    }

    private bool HandleConnAck(ReadOnlySpan<byte> body)
    {
        ConnAckPacket packet = ConnAckPacket.Decode(body, options.Version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        if (packet.ReturnCode != 0)
        {
            endReason = options.Version == MqttVersion.V5 ? packet.Reason : FromReturnCode(packet.ReturnCode);
            connected.TrySetException(new MqttConnectionException($"The broker refused the connection: {endReason}.") { Reason = endReason });
            return false;
        }

        if (!packet.SessionPresent)
        {
            session.Clear();
        }

        int receiveMaximum = packet.ReceiveMaximum ?? ushort.MaxValue;
        lock (gate)
        {
            window.Resize(Math.Min(options.MaxInFlight, receiveMaximum));
        }

        keepAlive = packet.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        string clientId = packet.AssignedClientId ?? options.ClientId;
        source = new MqttSource(0, clientId, options.UserName, options.Version, $"{options.Host}:{options.Port}");
        connected.TrySetResult(new MqttConnectResult(packet.SessionPresent, clientId, receiveMaximum, keepAlive));
        return true;
    }

    private static MqttReason FromReturnCode(byte code) => code switch
    {
        1 => MqttReason.UnsupportedProtocolVersion,
        2 => MqttReason.ClientIdentifierNotValid,
        3 => MqttReason.ServerUnavailable,
        4 => MqttReason.BadUserNameOrPassword,
        5 => MqttReason.NotAuthorized,
        _ => MqttReason.UnspecifiedError,
    };

    private bool HandlePublish(byte header, ReadOnlySpan<byte> body)
    {
        PublishPacket packet = PublishPacket.Decode(header, body, options.Version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        // We announce no topic alias maximum, so a broker may not use one.
        InboundTopic? topic = packet.Properties.Alias > 0 ? null : topics.Find(packet.Topic);
        if (topic is null)
        {
            return Fail(packet.Properties.Alias > 0 ? PacketFault.TopicAlias : PacketFault.TopicName);
        }

        if (packet.Qos == 2 && !session.TryReceive(packet.PacketId))
        {
            replies!.Require(session.ReceivedPosition);
            PacketWriter.Ack(replies.Replies, PacketType.PubRec, packet.PacketId, MqttReason.Success, options.Version);
            return true;
        }

        Take(packet, topic);
        return true;
    }

    private void Take(in PublishPacket packet, InboundTopic topic)
    {
        InletResult result = inlet.Publish(new InboundPublish(source, topic, packet.Payload, packet.Properties.Block)
        {
            Qos = packet.Qos,
            Retain = packet.Retain,
            Duplicate = packet.Duplicate,
        });
        replies!.Require(result.Position);
        MqttReason reason = result.Reason < MqttReason.UnspecifiedError ? MqttReason.Success : result.Reason;
        if (packet.Qos == 1)
        {
            replies.CountAcknowledgement();
            PacketWriter.Ack(replies.Replies, PacketType.PubAck, packet.PacketId, reason, options.Version);
        }
        else if (packet.Qos == 2)
        {
            if (reason == MqttReason.Success)
            {
                session.Commit(result.Position);
                replies.CountReceived(packet.PacketId);
            }
            else
            {
                session.Forget(packet.PacketId);
            }

            PacketWriter.Ack(replies.Replies, PacketType.PubRec, packet.PacketId, reason, options.Version);
        }
    }

    private bool HandleAck(in Frame frame, ReadOnlySpan<byte> body)
    {
        AckPacket ack = AckPacket.Decode(frame, body, options.Version);
        if (ack.Fault != PacketFault.None)
        {
            return Fail(ack.Fault);
        }

        if (frame.Type == PacketType.PubRel)
        {
            session.Forget(ack.PacketId);
            PacketWriter.Ack(replies!.Replies, PacketType.PubComp, ack.PacketId, MqttReason.Success, options.Version);
        }
        else if (frame.Type == PacketType.PubRec && ack.Reason < MqttReason.UnspecifiedError)
        {
            PacketWriter.Ack(replies!.Replies, PacketType.PubRel, ack.PacketId, MqttReason.Success, options.Version);
        }
        else
        {
            CompletePublish(ack);
        }

        return true;
    }

    private void CompletePublish(in AckPacket ack)
    {
        PublishWindow.Slot slot;
        lock (gate)
        {
            if (!window.TryFind(ack.PacketId, out slot))
            {
                return;
            }

            window.GiveBack(ack.PacketId);
        }

        if (slot.Completion is TaskCompletionSource<MqttReason> completion)
        {
            completion.TrySetResult(ack.Reason);
        }
        else
        {
            Acknowledged?.Invoke(slot.State, ack.Reason);
        }
    }

    private bool HandleSubAck(PacketType type, ReadOnlySpan<byte> body)
    {
        var reader = new PacketReader(body);
        ushort id = reader.ReadUInt16();
        if (options.Version == MqttVersion.V5)
        {
            AckPacket.SkipProperties(ref reader, type);
        }

        ReadOnlySpan<byte> codes = reader.ReadRest();
        if (reader.Fault != PacketFault.None)
        {
            return Fail(reader.Fault);
        }

        MqttReason[] reasons = new MqttReason[codes.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            reasons[i] = (MqttReason)codes[i];
        }

        PublishWindow.Slot slot;
        lock (gate)
        {
            if (!window.TryFind(id, out slot))
            {
                return true;
            }

            window.GiveBack(id);
        }

        (slot.Completion as TaskCompletionSource<MqttReason[]>)?.TrySetResult(reasons);
        return true;
    }

    private bool HandleDisconnect(in Frame frame, ReadOnlySpan<byte> body)
    {
        DisconnectPacket packet = DisconnectPacket.Decode(frame, body, options.Version);
        endReason = packet.Reason == MqttReason.Success ? MqttReason.ServerShuttingDown : packet.Reason;
        return false;
    }
}
