using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>The hot path: 300,000 times a second, without an allocation as long as nobody subscribes.</summary>
internal sealed partial class MqttConnection
{
    private InboundTopic?[] inboundAliases = [];
    private int publishes;

    private bool HandlePublish(byte header, ReadOnlySpan<byte> body)
    {
        PublishPacket packet = PublishPacket.Decode(header, body, version);
        if (packet.Fault != PacketFault.None)
        {
            return Fail(packet.Fault);
        }

        InboundTopic? topic = Resolve(packet, out PacketFault fault);
        if (topic is null)
        {
            return Fail(fault);
        }

        publishes++;
        if (packet.Qos == 2)
        {
            return HandleAssured(packet, topic);
        }

        // 3.1.1 knows no such maximum; there the bounded number of waiting batches slows the client down.
        return version == MqttVersion.V5 && Exceeds(packet.Qos)
            ? Fail(PacketFault.ReceiveMaximum) : Finish(packet, topic, Offer(packet, topic));
    }

    /// <summary>QoS 2: a message that was taken before is answered as it was then, and goes no further.</summary>
    private bool HandleAssured(in PublishPacket packet, InboundTopic topic)
    {
        InletResult result;
        lock (session!.JournalGate)
        {
            if (!session.TryReceive(packet.PacketId, broker.Inlet, out long position))
            {
                // Perhaps on an earlier connection, and perhaps not yet committed; if that commit fails, the id is forgotten.
                if (position > 0)
                {
                    replies.Require(position);
                    replies.CountReceived(packet.PacketId, InletResult.Accepted(position));
                }

                Reply(PacketType.PubRec, packet.PacketId, MqttReason.Success);
                return true;
            }

            if (version == MqttVersion.V5 && Exceeds(packet.Qos))
            {
                session.Forget(packet.PacketId);
                return Fail(PacketFault.ReceiveMaximum);
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

        return Finish(packet, topic, result);
    }

    private bool Exceeds(int qos)
    {
        // A QoS 2 publish counts itself already: its id was added above.
        int others = replies.Unacknowledged + session!.ReceivedCount - (qos == 2 ? 1 : 0);
        return qos > 0 && others >= broker.Options.MaxInFlight;
    }

    private InletResult Offer(in PublishPacket packet, InboundTopic topic)
    {
        var publish = new InboundPublish(source, topic, packet.Payload, packet.Properties.Block)
        {
            Qos = packet.Qos,
            Retain = packet.Retain,
            Duplicate = packet.Duplicate,
            PacketId = packet.PacketId,
            IsTracked = packet.Qos == 2 && session!.IsDurable,
        };
        return broker.Inlet.Publish(publish);
    }

    private bool Finish(in PublishPacket packet, InboundTopic topic, InletResult result)
    {
        replies.Require(result);
        if (result.Reason >= MqttReason.UnspecifiedError)
        {
            return Refuse(packet, result.Reason);
        }

        RouteSet routes = topic.Routes(broker.Trie);
        if (!routes.IsEmpty || packet.Retain)
        {
            Route(packet, topic, routes);
        }

        MqttReason reason = result.Reason == MqttReason.NoMatchingSubscribers && routes.IsEmpty
            ? MqttReason.NoMatchingSubscribers
            : MqttReason.Success;
        if (packet.Qos == 1)
        {
            replies.CountAcknowledgement();
            Reply(PacketType.PubAck, packet.PacketId, reason);
        }
        else if (packet.Qos == 2)
        {
            replies.CountReceived(packet.PacketId, result);
            Reply(PacketType.PubRec, packet.PacketId, reason);
        }

        return true;
    }

    /// <summary>Subscribers get the message when it is durable: none of them sees one that its publisher has to repeat.</summary>
    private void Route(in PublishPacket packet, InboundTopic topic, RouteSet routes)
    {
        var message = new MqttMessage(topic.Name, packet.Payload.ToArray(), packet.Qos, packet.Retain)
        {
            Properties = packet.Properties.ToArray(),
            ExpiresAt = packet.Properties.Expiry is { } seconds ? broker.Time.GetUtcNow() + TimeSpan.FromSeconds(seconds) : null,
        };
        replies.Route(new PendingRoute(message, routes, topic.RoutesVersion));
    }

    /// <summary>The inlet did not want the message. Where the protocol cannot say so, what may succeed later is not acknowledged.</summary>
    private bool Refuse(in PublishPacket packet, MqttReason reason)
    {
        broker.Instruments.CountRefused(reason);
        bool mayRetry = reason is MqttReason.QuotaExceeded or MqttReason.ServerBusy or MqttReason.UnspecifiedError
            or MqttReason.ImplementationSpecificError;
        if (version == MqttVersion.V311 && mayRetry && packet.Qos > 0)
        {
            Close(reason);
            return false;
        }

        if (packet.Qos > 0)
        {
            Reply(packet.Qos == 1 ? PacketType.PubAck : PacketType.PubRec, packet.PacketId, reason);
        }

        return true;
    }

    private InboundTopic? Resolve(in PublishPacket packet, out PacketFault fault)
    {
        int alias = packet.Properties.Alias;
        if (packet.Properties.HasSubscriptionIdentifier)
        {
            fault = PacketFault.PropertyValue;
            return null;
        }

        if (alias > broker.Options.MaxTopicAliases)
        {
            fault = PacketFault.TopicAlias;
            return null;
        }

        if (packet.Topic.IsEmpty && version == MqttVersion.V5)
        {
            InboundTopic? known = alias > 0 && alias < inboundAliases.Length ? inboundAliases[alias] : null;
            fault = alias > 0 ? PacketFault.TopicAlias : PacketFault.TopicMissing;
            return known;
        }

        fault = PacketFault.TopicName;
        InboundTopic? topic = topics.Find(packet.Topic);
        if (topic is not null && alias > 0)
        {
            Remember(alias, topic);
        }

        return topic;
    }

    private void Remember(int alias, InboundTopic topic)
    {
        if (alias >= inboundAliases.Length)
        {
            Array.Resize(ref inboundAliases, Math.Min(Math.Max(16, alias * 2), broker.Options.MaxTopicAliases + 1));
        }

        inboundAliases[alias] = topic;
    }
}
