using System.Buffers.Binary;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>What differs per receiver when one message goes to many.</summary>
internal readonly ref struct PublishHeader
{
    public byte Qos { get; init; }

    public bool Retain { get; init; }

    public bool Duplicate { get; init; }

    public ushort PacketId { get; init; }

    /// <summary>0: none.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>The receiver knows the alias already, so the topic is left empty.</summary>
    public bool OmitTopic { get; init; }

    /// <summary>0: the message does not expire.</summary>
    public uint ExpirySeconds { get; init; }

    public ReadOnlySpan<uint> SubscriptionIds { get; init; }
}

/// <summary>Encodes packets into a <see cref="WireBuffer"/>.</summary>
internal static class PacketWriter
{
    public static int VarIntSize(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;

    /// <summary>
    /// PUBACK, PUBREC, PUBREL, PUBCOMP. Success is left out in 5.0 as well, so the usual answer is four bytes in both versions.
    /// </summary>
    public static void Ack(WireBuffer buffer, PacketType type, ushort packetId, MqttReason reason, MqttVersion version)
    {
        byte header = (byte)(((int)type << 4) | (type == PacketType.PubRel ? 2 : 0));
        bool withReason = reason != MqttReason.Success && version == MqttVersion.V5;
        Span<byte> span = buffer.Reserve(withReason ? 5 : 4);
        span[0] = header;
        span[1] = (byte)(span.Length - 2);
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], packetId);
        if (withReason)
        {
            span[4] = (byte)reason;
        }
    }

    /// <summary>SUBACK or UNSUBACK. In 3.1.1 an UNSUBACK carries no codes.</summary>
    public static void SubAck(WireBuffer buffer, PacketType type, ushort packetId, ReadOnlySpan<byte> codes, MqttVersion version)
    {
        if (version == MqttVersion.V311 && type == PacketType.UnsubAck)
        {
            codes = default;
        }

        buffer.AppendByte((byte)((int)type << 4));
        buffer.AppendVarInt(2 + (version == MqttVersion.V5 ? 1 : 0) + codes.Length);
        buffer.AppendUInt16(packetId);
        if (version == MqttVersion.V5)
        {
            buffer.AppendByte(0);
        }

        buffer.Append(codes);
    }

    public static void Empty(WireBuffer buffer, PacketType type) => buffer.Append([(byte)((int)type << 4), 0]);

    public static void Disconnect(WireBuffer buffer, MqttReason reason, MqttVersion version)
    {
        if (version == MqttVersion.V311 || reason == MqttReason.Success)
        {
            Empty(buffer, PacketType.Disconnect);
            return;
        }

        buffer.Append([0xE0, 1, (byte)reason]);
    }

    public static void Publish(WireBuffer buffer, MqttMessage message, in PublishHeader header, MqttVersion version)
    {
        int topicLength = header.OmitTopic ? 0 : message.TopicUtf8.Length;
        int propertyLength = version == MqttVersion.V5 ? PropertyLength(message, header) : 0;
        int propertyPrefix = version == MqttVersion.V5 ? VarIntSize(propertyLength) : 0;
        int idLength = header.Qos > 0 ? 2 : 0;
        int remaining = 2 + topicLength + idLength + propertyPrefix + propertyLength + message.Payload.Length;

        buffer.AppendByte((byte)(0x30 | (header.Duplicate ? 8 : 0) | (header.Qos << 1) | (header.Retain ? 1 : 0)));
        buffer.AppendVarInt(remaining);
        buffer.AppendBinary(message.TopicUtf8.Span[..topicLength]);
        if (idLength > 0)
        {
            buffer.AppendUInt16(header.PacketId);
        }

        if (version == MqttVersion.V5)
        {
            buffer.AppendVarInt(propertyLength);
            AppendProperties(buffer, message, header);
        }

        buffer.Append(message.Payload.Span);
    }

    private static int PropertyLength(MqttMessage message, in PublishHeader header)
    {
        int length = message.Properties.Length + (header.TopicAlias > 0 ? 3 : 0) + (header.ExpirySeconds > 0 ? 5 : 0);
        foreach (uint id in header.SubscriptionIds)
        {
            length += 1 + VarIntSize((int)id);
        }

        return length;
    }

    private static void AppendProperties(WireBuffer buffer, MqttMessage message, in PublishHeader header)
    {
        if (header.TopicAlias > 0)
        {
            buffer.AppendByte((byte)PropertyId.TopicAlias);
            buffer.AppendUInt16(header.TopicAlias);
        }

        if (header.ExpirySeconds > 0)
        {
            buffer.AppendByte((byte)PropertyId.MessageExpiry);
            buffer.AppendUInt32(header.ExpirySeconds);
        }

        foreach (uint id in header.SubscriptionIds)
        {
            buffer.AppendByte((byte)PropertyId.SubscriptionIdentifier);
            buffer.AppendVarInt((int)id);
        }

        buffer.Append(message.Properties.Span);
    }
}
