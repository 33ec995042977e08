using System.Text;
using Millwright.Ingest.Mqtt;

namespace Millwright.Silo.Storage;

/// <summary>The bytes of a session, a retained message, a list of receipts. Each begins with its version.</summary>
internal static class SessionRows
{
    private const byte Version = 1;

    public static byte[] Write(MqttStoredSession session) => Write(writer =>
    {
        writer.Write(session.ExpirySeconds);
        writer.Write(session.BeganAt);
        Write(writer, session.ExpiresAt);
        writer.Write7BitEncodedInt(session.Subscriptions.Count);
        foreach (MqttStoredSubscription subscription in session.Subscriptions)
        {
            writer.Write(subscription.Filter);
            writer.Write(subscription.Qos);
            writer.Write(subscription.NoLocal);
            writer.Write(subscription.RetainAsPublished);
            writer.Write(subscription.Identifier);
        }

        Write(writer, session.Received);
        writer.Write7BitEncodedInt(session.Deliveries.Count);
        foreach (MqttStoredDelivery delivery in session.Deliveries)
        {
            Write(writer, delivery);
        }
    });

    public static byte[] Write(MqttMessage message) => Write(writer => Write(writer, message));

    public static byte[] Write(MqttStoredReceipts receipts) => Write(writer =>
    {
        writer.Write(receipts.LogId);
        writer.Write(receipts.Position);
        Write(writer, receipts.Received);
    });

    public static MqttStoredSession ReadSession(string clientId, byte[] data)
    {
        using BinaryReader reader = Open(data);
        return new MqttStoredSession
        {
            ClientId = clientId,
            ExpirySeconds = reader.ReadUInt32(),
            BeganAt = reader.ReadInt64(),
            ExpiresAt = ReadInstant(reader),
            Subscriptions = ReadList(reader, () => new MqttStoredSubscription(
                reader.ReadString(), reader.ReadByte(), reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadUInt32())),
            Received = ReadList(reader, reader.ReadUInt16),
            Deliveries = ReadList(reader, () => ReadDelivery(reader)),
        };
    }

    public static MqttMessage ReadMessage(byte[] data)
    {
        using BinaryReader reader = Open(data);
        return ReadMessage(reader);
    }

    public static MqttStoredReceipts ReadReceipts(string clientId, byte[] data)
    {
        using BinaryReader reader = Open(data);
        return new MqttStoredReceipts(clientId, reader.ReadString(), reader.ReadInt64(), ReadList(reader, reader.ReadUInt16));
    }

    private static byte[] Write(Action<BinaryWriter> content)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Version);
        content(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static BinaryReader Open(byte[] data)
    {
        var reader = new BinaryReader(new MemoryStream(data, writable: false), Encoding.UTF8);
        byte version = reader.ReadByte();
        return version == Version ? reader : throw new InvalidDataException($"Version {version} is not known.");
    }

    private static void Write(BinaryWriter writer, DateTimeOffset? instant) => writer.Write(instant?.UtcTicks ?? -1);

    private static DateTimeOffset? ReadInstant(BinaryReader reader) =>
        reader.ReadInt64() is var ticks && ticks < 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);

    private static void Write(BinaryWriter writer, IReadOnlyList<ushort> packetIds)
    {
        writer.Write7BitEncodedInt(packetIds.Count);
        foreach (ushort packetId in packetIds)
        {
            writer.Write(packetId);
        }
    }

    private static void Write(BinaryWriter writer, MqttStoredDelivery delivery)
    {
        writer.Write(delivery.PacketId);
        writer.Write(delivery.Qos);
        writer.Write(delivery.Retain);
        writer.Write(delivery.Released);
        writer.Write7BitEncodedInt(delivery.Identifiers.Count);
        foreach (uint identifier in delivery.Identifiers)
        {
            writer.Write(identifier);
        }

        Write(writer, delivery.Message);
    }

    private static MqttStoredDelivery ReadDelivery(BinaryReader reader)
    {
        (ushort packetId, byte qos, bool retain, bool released) =
            (reader.ReadUInt16(), reader.ReadByte(), reader.ReadBoolean(), reader.ReadBoolean());
        List<uint> identifiers = ReadList(reader, reader.ReadUInt32);
        return new MqttStoredDelivery(ReadMessage(reader), qos, retain, identifiers, packetId, released);
    }

    private static void Write(BinaryWriter writer, MqttMessage message)
    {
        Write(writer, message.TopicUtf8.Span);
        Write(writer, message.Payload.Span);
        Write(writer, message.Properties.Span);
        writer.Write(message.Qos);
        writer.Write(message.Retain);
        Write(writer, message.ExpiresAt);
    }

    private static MqttMessage ReadMessage(BinaryReader reader)
    {
        (byte[] topic, byte[] payload, byte[] properties) = (ReadBytes(reader), ReadBytes(reader), ReadBytes(reader));
        return new MqttMessage(topic, payload, reader.ReadByte(), reader.ReadBoolean())
        {
            Properties = properties,
            ExpiresAt = ReadInstant(reader),
        };
    }

    private static void Write(BinaryWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Write7BitEncodedInt(bytes.Length);
        writer.Write(bytes);
    }

    private static byte[] ReadBytes(BinaryReader reader) => reader.ReadBytes(reader.Read7BitEncodedInt());

    private static List<T> ReadList<T>(BinaryReader reader, Func<T> read)
    {
        int count = reader.Read7BitEncodedInt();
        var list = new List<T>();
        for (int i = 0; i < count; i++)
        {
            list.Add(read());
        }

        return list;
    }
}
