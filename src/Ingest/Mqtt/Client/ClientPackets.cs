using System.Text;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>Encodes what only a client sends.</summary>
internal static class ClientPackets
{
    public static void Connect(WireBuffer buffer, MqttClientOptions options)
    {
        var body = new WireBuffer();
        body.AppendBinary("MQTT"u8);
        body.AppendByte((byte)options.Version);
        body.AppendByte(Flags(options));
        body.AppendUInt16((int)options.KeepAlive.TotalSeconds);
        if (options.Version == MqttVersion.V5)
        {
            AppendProperties(body, options);
        }

        body.AppendBinary(Encoding.UTF8.GetBytes(options.ClientId));
        AppendWill(body, options);
        AppendText(body, options.UserName);
        AppendText(body, options.Password);
        Frame(buffer, 0x10, body);
    }

    public static void Subscribe(
        WireBuffer buffer, ushort id, IReadOnlyList<MqttSubscription> filters, uint identifier, MqttVersion version)
    {
        var body = new WireBuffer();
        body.AppendUInt16(id);
        if (version == MqttVersion.V5)
        {
            AppendIdentifier(body, identifier);
        }

        foreach (MqttSubscription filter in filters)
        {
            body.AppendBinary(Encoding.UTF8.GetBytes(filter.Filter));
            body.AppendByte(filter.Options(version));
        }

        Frame(buffer, 0x82, body);
    }

    public static void Unsubscribe(WireBuffer buffer, ushort id, IReadOnlyList<string> filters, MqttVersion version)
    {
        var body = new WireBuffer();
        body.AppendUInt16(id);
        if (version == MqttVersion.V5)
        {
            body.AppendByte(0);
        }

        foreach (string filter in filters)
        {
            body.AppendBinary(Encoding.UTF8.GetBytes(filter));
        }

        Frame(buffer, 0xA2, body);
    }

    /// <summary>A PUBLISH from spans, for senders that keep no message objects.</summary>
    public static void Publish(
        WireBuffer buffer, byte header, ushort id, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, MqttVersion version)
    {
        int idLength = (header & 0x06) != 0 ? 2 : 0;
        int properties = version == MqttVersion.V5 ? 1 : 0;
        buffer.AppendByte(header);
        buffer.AppendVarInt(2 + topic.Length + idLength + properties + payload.Length);
        buffer.AppendBinary(topic);
        if (idLength > 0)
        {
            buffer.AppendUInt16(id);
        }

        if (properties > 0)
        {
            buffer.AppendByte(0);
        }

        buffer.Append(payload);
    }

    private static byte Flags(MqttClientOptions options)
    {
        int flags = options.CleanStart ? 0x02 : 0;
        if (options.Will is { } will)
        {
            flags |= 0x04 | (will.Qos << 3) | (will.Retain ? 0x20 : 0);
        }

        return (byte)(flags | (options.UserName is null ? 0 : 0x80) | (options.Password is null ? 0 : 0x40));
    }

    private static void AppendProperties(WireBuffer body, MqttClientOptions options)
    {
        var block = new WireBuffer();
        double expiry = options.SessionExpiry.TotalSeconds;
        block.AppendByte((byte)PropertyId.SessionExpiry);
        block.AppendUInt32(expiry >= uint.MaxValue ? uint.MaxValue : (uint)expiry);
        block.AppendByte((byte)PropertyId.ReceiveMaximum);
        block.AppendUInt16(options.ReceiveMaximum);
        block.AppendByte((byte)PropertyId.MaximumPacketSize);
        block.AppendUInt32((uint)options.MaxPacketSize);
        AppendBlock(body, block);
    }

    private static void AppendWill(WireBuffer body, MqttClientOptions options)
    {
        if (options.Will is not { } will)
        {
            return;
        }

        if (options.Version == MqttVersion.V5)
        {
            var block = new WireBuffer();
            block.AppendByte((byte)PropertyId.WillDelay);
            block.AppendUInt32((uint)options.WillDelay.TotalSeconds);
            block.Append(will.Properties.Span);
            AppendBlock(body, block);
        }

        body.AppendBinary(will.TopicUtf8.Span);
        body.AppendBinary(will.Payload.Span);
    }

    private static void AppendIdentifier(WireBuffer body, uint identifier)
    {
        if (identifier == 0)
        {
            body.AppendByte(0);
            return;
        }

        body.AppendVarInt(1 + PacketWriter.VarIntSize((int)identifier));
        body.AppendByte((byte)PropertyId.SubscriptionIdentifier);
        body.AppendVarInt((int)identifier);
    }

    private static void AppendText(WireBuffer body, string? text)
    {
        if (text is not null)
        {
            body.AppendBinary(Encoding.UTF8.GetBytes(text));
        }
    }

    private static void AppendBlock(WireBuffer body, WireBuffer block)
    {
        body.AppendVarInt(block.Length);
        body.Append(block.Written.Span);
        block.Release();
    }

    private static void Frame(WireBuffer buffer, byte header, WireBuffer body)
    {
        buffer.AppendByte(header);
        buffer.AppendVarInt(body.Length);
        buffer.Append(body.Written.Span);
        body.Release();
    }
}
