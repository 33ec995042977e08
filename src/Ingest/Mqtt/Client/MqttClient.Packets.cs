using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Client;

public sealed partial class MqttClient
{
    bool IPacketHandler.Handle(in Frame frame, ReadOnlySpan<byte> body)
    {
        try
        {
            return Dispatch(frame, body);
        }
        catch (InletUnavailableException e)
        {
            // The journal did not take what happened: the broker is not answered and will repeat it.
            OnInletUnavailable(e, []);
            return false;
        }
    }

    private bool Dispatch(in Frame frame, ReadOnlySpan<byte> body)
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
            var refused = new MqttConnectionException($"The broker refused the connection: {endReason}.") { Reason = endReason };
            connected.TrySetException(refused);
            return false;
        }

        int receiveMaximum = packet.ReceiveMaximum ?? ushort.MaxValue;
        lock (gate)
        {
            window.Resize(Math.Min(options.MaxInFlight, receiveMaximum));
        }

        keepAlive = packet.ServerKeepAliveSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive;
        string clientId = packet.AssignedClientId ?? options.ClientId;
        source = new MqttSource(0, clientId, options.UserName, options.Version, $"{options.Host}:{options.Port}") { IsBroker = true };
        if (!packet.SessionPresent || session.IsStale)
        {
            replies!.Require(session.Clear(clientId));
        }

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

        return packet.Qos == 2 ? HandleAssured(packet, topic) : Finish(packet, Offer(packet, topic));
    }

    private bool HandleAssured(in PublishPacket packet, InboundTopic topic)
    {
        InletResult result;
        lock (session.JournalGate)
        {
            if (!session.TryReceive(packet.PacketId, inlet, out long position))
            {
                if (position > 0)
                {
                    replies!.Require(position);
                    replies.CountReceived(packet.PacketId, InletResult.Accepted(position));
                }

                PacketWriter.Ack(replies!.Replies, PacketType.PubRec, packet.PacketId, MqttReason.Success, options.Version);
                return true;
            }

            result = Offer(packet, topic);
            if (result.Reason >= MqttReason.UnspecifiedError)
            {
                session.Forget(packet.PacketId);
            }
            else
            {
                session.Receive(packet.PacketId, result.Position);
            }
        }

        return Finish(packet, result);
    }

    private InletResult Offer(in PublishPacket packet, InboundTopic topic)
        => inlet.Publish(new InboundPublish(source, topic, packet.Payload, packet.Properties.Block)
        {
            Qos = packet.Qos,
            Retain = packet.Retain,
            Duplicate = packet.Duplicate,
            PacketId = packet.PacketId,
            IsTracked = packet.Qos == 2 && session.IsDurable,
        });

    private bool Finish(in PublishPacket packet, InletResult result)
    {
        if (packet.Qos > 0 && result.Reason is (MqttReason.QuotaExceeded or MqttReason.ServerBusy or MqttReason.UnspecifiedError))
        {
            // What may succeed later is not answered at all: any answer, a refusal too, would end its delivery. The connection ends
            // instead, and the broker's session delivers the message again.
            endReason = result.Reason;
            return false;
        }

        replies!.Require(result);
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
                replies.CountReceived(packet.PacketId, result);
            }

            PacketWriter.Ack(replies.Replies, PacketType.PubRec, packet.PacketId, reason, options.Version);
        }

        return true;
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
            replies!.Require(session.Release(source.ClientId, ack.PacketId));
            PacketWriter.Ack(replies.Replies, PacketType.PubComp, ack.PacketId, MqttReason.Success, options.Version);
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
