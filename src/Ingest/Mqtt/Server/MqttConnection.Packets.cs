using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Sessions;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

internal sealed partial class MqttConnection
{
    private readonly List<(MqttMessage[] Messages, Subscription Subscription)> retainedToSend = [];
    private bool isBridge;

    /// <summary>One packet. False: nothing further is read.</summary>
    public bool Handle(in Frame frame, ReadOnlySpan<byte> body)
    {
        try
        {
            return Dispatch(frame, body);
        }
        catch (InletUnavailableException e)
        {
            // A session event that the journal did not take did not happen: the client is not answered and will repeat it.
            OnInletUnavailable(e, []);
            return false;
        }
    }

    private bool Dispatch(in Frame frame, ReadOnlySpan<byte> body)
    {
        return frame.Type switch
        {
            PacketType.Publish => HandlePublish(frame.Header, body),
            PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp => HandleAck(frame, body),
            PacketType.PingReq => HandlePing(frame, body),
            PacketType.Subscribe => HandleSubscribe(frame, body),
            PacketType.Unsubscribe => HandleUnsubscribe(frame, body),
            PacketType.Disconnect => HandleDisconnect(frame, body),
            PacketType.Connect => Fail(PacketFault.SecondConnect),
            PacketType.Will => Fail(PacketFault.ReservedBits),
            _ => Fail(PacketFault.UnexpectedPacket),
        };
    }

    private bool HandlePing(in Frame frame, ReadOnlySpan<byte> body)
    {
        if ((frame.Header & 0x0F) != 0)
        {
            return Fail(PacketFault.ReservedBits);
        }

        if (body.Length > 0)
        {
            return Fail(PacketFault.TrailingBytes);
        }

        PacketWriter.Empty(replies.Replies, PacketType.PingResp);
        return true;
    }

    private bool HandleAck(in Frame frame, ReadOnlySpan<byte> body)
    {
        AckPacket ack = AckPacket.Decode(frame, body, version);
        if (ack.Fault != PacketFault.None)
        {
            return Fail(ack.Fault);
        }

        switch (frame.Type)
        {
            case PacketType.PubRel:
                Release(ack.PacketId);
                break;
            case PacketType.PubRec when ack.Reason < MqttReason.UnspecifiedError:
                bool released = session!.Release(ack.PacketId);
                Reply(PacketType.PubRel, ack.PacketId, released ? MqttReason.Success : MqttReason.PacketIdentifierNotFound);
                break;
            default:
                // An answer to something we no longer know is harmless: the session may have been cleared in between.
                session!.Complete(ack.PacketId);
                break;
        }

        return true;
    }

    /// <summary>
    /// Unknown ids are answered too: our answer to the first release may have been lost with the last connection. They are recorded too:
    /// the commit of the first release may have failed, and after PUBCOMP the id may name a new message.
    /// </summary>
    private void Release(ushort packetId)
    {
        bool known;
        lock (session!.JournalGate)
        {
            known = session.Forget(packetId);
            replies.Require(broker.Record(
                session, new MqttSessionEvent(MqttSessionEventKind.Released, source.ClientId) { PacketId = packetId }));
        }

        Reply(PacketType.PubComp, packetId, known ? MqttReason.Success : MqttReason.PacketIdentifierNotFound);
    }

    private bool HandleSubscribe(in Frame frame, ReadOnlySpan<byte> body)
    {
        SubscribePacket packet = SubscribePacket.Decode(frame, body, version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        byte[] codes = new byte[packet.Filters.Count];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Subscribe(packet.Filters[i], packet.Identifier);
        }

        PacketWriter.SubAck(replies.Replies, PacketType.SubAck, packet.PacketId, codes, version);
        return true;
    }

    private byte Subscribe(in RequestedFilter requested, uint identifier)
    {
        if (!TopicRules.TrySplitShare(requested.Filter, out string? group, out byte[] filter) || !TopicRules.IsFilter(filter))
        {
            return Code(MqttReason.TopicFilterInvalid);
        }

        if (broker.IsRefused(filter))
        {
            return (byte)MqttReason.UnspecifiedError;
        }

        if (session!.SubscriptionCount >= broker.Options.MaxSubscriptionsPerSession)
        {
            return Code(MqttReason.QuotaExceeded);
        }

        var subscription = new Subscription
        {
            Session = session,
            Requested = requested.Filter,
            Filter = filter,
            Group = group,
            Qos = requested.Qos,
            NoLocal = requested.NoLocal || isBridge,
            RetainAsPublished = requested.RetainAsPublished || isBridge,
            Identifier = identifier,
        };
        bool isNew;
        lock (session.JournalGate)
        {
            replies.Require(broker.Record(session, new MqttSessionEvent(MqttSessionEventKind.Subscribed, source.ClientId)
            {
                Subscription = Session.Store(subscription),
            }));
            isNew = session.Keep(subscription) is null;
        }

        broker.Trie.Set(subscription);
        bool wantsRetained = requested.RetainHandling == 0 || (requested.RetainHandling == 1 && isNew);
        if (wantsRetained && group is null)
        {
            retainedToSend.Add((broker.Retained.Match(filter, broker.Time.GetUtcNow()), subscription));
        }

        return requested.Qos;
    }

    private bool HandleUnsubscribe(in Frame frame, ReadOnlySpan<byte> body)
    {
        SubscribePacket packet = SubscribePacket.Decode(frame, body, version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        byte[] codes = new byte[packet.Filters.Count];
        for (int i = 0; i < codes.Length; i++)
        {
            Subscription? old = Unsubscribe(packet.Filters[i].Filter);
            bool removed = old is not null && broker.Trie.Remove(old);
            codes[i] = removed ? (byte)MqttReason.Success : (byte)MqttReason.NoSubscriptionExisted;
        }

        PacketWriter.SubAck(replies.Replies, PacketType.UnsubAck, packet.PacketId, codes, version);
        return true;
    }

    private Subscription? Unsubscribe(byte[] requested)
    {
        lock (session!.JournalGate)
        {
            Subscription? old = session.Find(requested);
            if (old is not null)
            {
                replies.Require(broker.Record(session, new MqttSessionEvent(MqttSessionEventKind.Unsubscribed, source.ClientId)
                {
                    Subscription = Session.Store(old),
                }));
                session.Drop(requested);
            }

            return old;
        }
    }

    private bool HandleDisconnect(in Frame frame, ReadOnlySpan<byte> body)
    {
        DisconnectPacket packet = DisconnectPacket.Decode(frame, body, version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        if (packet.SessionExpirySeconds is { } expiry)
        {
            if (session!.ExpirySeconds == 0 && expiry > 0)
            {
                // A session that was to end with its connection cannot be kept at the last moment (section 3.14.2.2.2).
                return Fail(PacketFault.SessionExpiry);
            }

            session.ExpirySeconds = expiry;
        }

        will = packet.Reason == MqttReason.Success ? null : will;
        return false;
    }

    /// <summary>After the SUBACK, so that clients that expect it first are served.</summary>
    private void SendRetained()
    {
        if (retainedToSend.Count == 0)
        {
            return;
        }

        foreach ((MqttMessage[] messages, Subscription subscription) in retainedToSend)
        {
            session!.EnqueueRetained(messages, subscription);
        }

        retainedToSend.Clear();
    }

    private void Reply(PacketType type, ushort packetId, MqttReason reason)
        => PacketWriter.Ack(replies.Replies, type, packetId, reason, version);

    private byte Code(MqttReason reason) => version == MqttVersion.V5 ? (byte)reason : (byte)MqttReason.UnspecifiedError;
}
