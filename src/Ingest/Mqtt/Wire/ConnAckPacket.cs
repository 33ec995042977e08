using System.Text;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>CONNACK, both ways: the server encodes it, the client decodes it.</summary>
internal sealed record ConnAckPacket
{
    public bool SessionPresent { get; init; }

    public MqttReason Reason { get; init; }

    /// <summary>Of 3.1.1: the return code, which is not a reason code of 5.0.</summary>
    public byte ReturnCode { get; init; }

    public uint? SessionExpirySeconds { get; init; }

    public ushort? ReceiveMaximum { get; init; }

    public uint? MaximumPacketSize { get; init; }

    public ushort? TopicAliasMaximum { get; init; }

    public ushort? ServerKeepAliveSeconds { get; init; }

    public string? AssignedClientId { get; init; }

    public PacketFault Fault { get; init; }

    public static ConnAckPacket Decode(ReadOnlySpan<byte> body, MqttVersion version)
    {
        var reader = new PacketReader(body);
        byte flags = reader.ReadByte();
        byte code = reader.ReadByte();
        var packet = new ConnAckPacket { SessionPresent = (flags & 1) != 0, Reason = (MqttReason)code, ReturnCode = code };
        if ((flags & 0xFE) != 0)
        {
            reader.Fail(PacketFault.ReservedBits);
        }

        if (version == MqttVersion.V5)
        {
            packet = ReadProperties(ref reader, packet);
        }

        reader.ExpectEnd();
        return packet with { Fault = reader.Fault };
    }

    public void Encode(WireBuffer buffer, MqttVersion version)
    {
        byte flags = (byte)(SessionPresent ? 1 : 0);
        if (version == MqttVersion.V311)
        {
            buffer.Append([0x20, 2, flags, ReturnCode]);
            return;
        }

        var block = new WireBuffer();
        AppendNumbers(block);
        if (AssignedClientId is { } id)
        {
            block.AppendByte((byte)PropertyId.AssignedClientId);
            block.AppendBinary(Encoding.UTF8.GetBytes(id));
        }

        buffer.AppendByte(0x20);
        buffer.AppendVarInt(2 + PacketWriter.VarIntSize(block.Length) + block.Length);
        buffer.Append([flags, (byte)Reason]);
        buffer.AppendVarInt(block.Length);
        buffer.Append(block.Written.Span);
        block.Release();
    }

    private void AppendNumbers(WireBuffer block)
    {
        Append32(block, PropertyId.SessionExpiry, SessionExpirySeconds);
        Append16(block, PropertyId.ReceiveMaximum, ReceiveMaximum);
        Append32(block, PropertyId.MaximumPacketSize, MaximumPacketSize);
        Append16(block, PropertyId.TopicAliasMaximum, TopicAliasMaximum);
        Append16(block, PropertyId.ServerKeepAlive, ServerKeepAliveSeconds);
    }

    private static void Append16(WireBuffer block, PropertyId id, ushort? value)
    {
        if (value is { } number)
        {
            block.AppendByte((byte)id);
            block.AppendUInt16(number);
        }
    }

    private static void Append32(WireBuffer block, PropertyId id, uint? value)
    {
        if (value is { } number)
        {
            block.AppendByte((byte)id);
            block.AppendUInt32(number);
        }
    }

    private static ConnAckPacket ReadProperties(ref PacketReader reader, ConnAckPacket packet)
    {
        var properties = new PropertyReader(PropertyReader.TakeBlock(ref reader), PacketType.ConnAck);
        while (properties.Next())
        {
            packet = properties.Id switch
            {
                PropertyId.SessionExpiry => packet with { SessionExpirySeconds = properties.Number },
                PropertyId.ReceiveMaximum => packet with { ReceiveMaximum = (ushort)properties.Number },
                PropertyId.MaximumPacketSize => packet with { MaximumPacketSize = properties.Number },
                PropertyId.TopicAliasMaximum => packet with { TopicAliasMaximum = (ushort)properties.Number },
                PropertyId.ServerKeepAlive => packet with { ServerKeepAliveSeconds = (ushort)properties.Number },
                PropertyId.AssignedClientId => packet with { AssignedClientId = Encoding.UTF8.GetString(properties.Text) },
                _ => packet,
            };
        }

        if (properties.Fault != PacketFault.None)
        {
            reader.Fail(properties.Fault);
        }

        return packet;
    }
}
