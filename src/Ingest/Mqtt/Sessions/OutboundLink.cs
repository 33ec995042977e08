using Millwright.Ingest.Mqtt.Routing;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>What one connected client can take: version, sizes, window and topic aliases. Used under its session's lock only.</summary>
internal sealed class OutboundLink(MqttVersion version, int window, uint maximumPacketSize, int maxAliases)
{
    private Dictionary<byte[], ushort>? aliases;

    public MqttVersion Version { get; } = version;

    /// <summary>How many QoS 1 and 2 messages may be on their way: the client's Receive Maximum or our own bound.</summary>
    public int Window { get; } = window;

    /// <summary>Sent on this link and not yet answered.</summary>
    public int Outstanding { get; set; }

    public bool HasRoom => Outstanding < Window;

    /// <summary>False: the packet is larger than the client accepts, and nothing was written.</summary>
    public bool TryWrite(WireBuffer buffer, in QueuedMessage queued, ushort packetId, bool duplicate, DateTimeOffset now)
    {
        MqttMessage message = queued.Message;
        int start = buffer.Length;
        ushort alias = AliasOf(message, out bool known);
        PacketWriter.Publish(
            buffer,
            message,
            new PublishHeader
            {
                Qos = queued.Qos,
                Retain = queued.Retain,
                Duplicate = duplicate,
                PacketId = packetId,
                TopicAlias = alias,
                OmitTopic = known,
                ExpirySeconds = message.RemainingSeconds(now),
                SubscriptionIds = queued.Identifiers,
            },
            Version);
        if (buffer.Length - start <= maximumPacketSize)
        {
            return true;
        }

        buffer.Truncate(start);
        if (alias > 0 && !known)
        {
            aliases!.Remove(message.TopicUtf8.ToArray());
        }

        return false;
    }

    private ushort AliasOf(MqttMessage message, out bool known)
    {
        known = false;
        if (maxAliases == 0)
        {
            return 0;
        }

        aliases ??= new Dictionary<byte[], ushort>(LevelComparer.Instance);
        Dictionary<byte[], ushort>.AlternateLookup<ReadOnlySpan<byte>> lookup = aliases.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(message.TopicUtf8.Span, out ushort alias))
        {
            known = true;
            return alias;
        }

        if (aliases.Count >= maxAliases)
        {
            return 0;
        }

        alias = (ushort)(aliases.Count + 1);
        lookup[message.TopicUtf8.Span] = alias;
        return alias;
    }
}
