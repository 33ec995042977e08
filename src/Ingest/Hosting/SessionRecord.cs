using System.Buffers.Binary;
using System.Text;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Hosting;

/// <summary>
/// A session event as a record: version (1), kind (1), at a broker (1), client id; then by kind packet id (2), expiry in seconds (4), or
/// filter, options (1: QoS in bits 0-1, no local 4, retain as published 8) and subscription identifier (4).
/// </summary>
internal static class SessionRecord
{
    private const byte Version = 1;
    private const byte QosMask = 3;
    private const byte NoLocalFlag = 4;
    private const byte RetainFlag = 8;

    public static void Write(RecordBuffer buffer, MqttSessionEvent happened)
    {
        WriteHeader(buffer, happened.Kind, happened.IsAtBroker, happened.ClientId);
        switch (happened.Kind)
        {
            case MqttSessionEventKind.Began:
                buffer.Int32(unchecked((int)happened.ExpirySeconds));
                break;
            case MqttSessionEventKind.Received or MqttSessionEventKind.Released:
                buffer.UInt16(happened.PacketId);
                break;
            case MqttSessionEventKind.Subscribed or MqttSessionEventKind.Unsubscribed:
                Write(buffer, happened.Subscription!);
                break;
        }
    }

    /// <summary>The receipt of a QoS 2 message, without making an event for it.</summary>
    public static void WriteReceipt(RecordBuffer buffer, MqttSource source, ushort packetId)
    {
        WriteHeader(buffer, MqttSessionEventKind.Received, source.IsBroker, source.ClientId);
        buffer.UInt16(packetId);
    }

    /// <summary>Null: not of this version or kind, or cut short.</summary>
    public static MqttSessionEvent? TryRead(ReadOnlySpan<byte> payload, long position)
    {
        if (payload.Length < 3 || payload[0] != Version || !Enum.IsDefined((MqttSessionEventKind)payload[1]))
        {
            return null;
        }

        var kind = (MqttSessionEventKind)payload[1];
        bool isAtBroker = payload[2] != 0;
        ReadOnlySpan<byte> rest = payload[3..];
        if (!TryReadText(ref rest, out string clientId))
        {
            return null;
        }

        var happened = new MqttSessionEvent(kind, clientId) { IsAtBroker = isAtBroker, Position = position };
        return kind switch
        {
            MqttSessionEventKind.Began => rest.Length == 4
                ? happened with { ExpirySeconds = BinaryPrimitives.ReadUInt32LittleEndian(rest) }
                : null,
            MqttSessionEventKind.Received or MqttSessionEventKind.Released => rest.Length == 2
                ? happened with { PacketId = BinaryPrimitives.ReadUInt16LittleEndian(rest) }
                : null,
            MqttSessionEventKind.Subscribed or MqttSessionEventKind.Unsubscribed => ReadSubscription(rest) is { } subscription
                ? happened with { Subscription = subscription }
                : null,
            _ => happened,
        };
    }

    private static void WriteHeader(RecordBuffer buffer, MqttSessionEventKind kind, bool isAtBroker, string clientId)
    {
        buffer.Truncate(0);
        buffer.Byte(Version);
        buffer.Byte((byte)kind);
        buffer.Byte((byte)(isAtBroker ? 1 : 0));
        buffer.Text(clientId);
    }

    private static void Write(RecordBuffer buffer, MqttStoredSubscription subscription)
    {
        buffer.Text(subscription.Filter);
        int options = subscription.Qos | (subscription.NoLocal ? NoLocalFlag : 0) | (subscription.RetainAsPublished ? RetainFlag : 0);
        buffer.Byte((byte)options);
        buffer.Int32(unchecked((int)subscription.Identifier));
    }

    private static MqttStoredSubscription? ReadSubscription(ReadOnlySpan<byte> rest)
    {
        if (!TryReadText(ref rest, out string filter) || rest.Length != 5)
        {
            return null;
        }

        byte options = rest[0];
        uint identifier = BinaryPrimitives.ReadUInt32LittleEndian(rest[1..]);
        return new MqttStoredSubscription(
            filter, (byte)(options & QosMask), (options & NoLocalFlag) != 0, (options & RetainFlag) != 0, identifier);
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> rest, out string text)
    {
        text = "";
        if (rest.Length < 2 || BinaryPrimitives.ReadUInt16LittleEndian(rest) is var length && rest.Length - 2 < length)
        {
            return false;
        }

        text = Encoding.UTF8.GetString(rest.Slice(2, length));
        rest = rest[(2 + length)..];
        return true;
    }
}
