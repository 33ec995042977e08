namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>A decoded PUBLISH: slices of the read buffer, valid until the buffer advances.</summary>
internal ref struct PublishPacket
{
    public PacketFault Fault;
    public byte Qos;
    public bool Retain;
    public bool Duplicate;
    public ushort PacketId;
    public ReadOnlySpan<byte> Topic;
    public ReadOnlySpan<byte> Payload;
    public PassedProperties Properties;

    /// <summary>The topic is checked by the topic cache (once per topic), not here (once per packet).</summary>
    public static PublishPacket Decode(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var packet = new PublishPacket
        {
            Qos = (byte)((header >> 1) & 3),
            Retain = (header & 1) != 0,
            Duplicate = (header & 8) != 0,
        };
        var reader = new PacketReader(body);
        packet.Topic = reader.ReadBinary();
        if (packet.Qos > 0)
        {
            packet.PacketId = reader.ReadUInt16();
        }

        if (version == MqttVersion.V5)
        {
            ReadOnlySpan<byte> block = PropertyReader.TakeBlock(ref reader);
            packet.Properties = block.IsEmpty ? default : PassedProperties.Read(block, PacketType.Publish);
        }

        packet.Payload = reader.ReadRest();
        packet.Fault = packet.Check(reader.Fault);
        return packet;
    }

    private readonly PacketFault Check(PacketFault fault)
    {
        if (fault != PacketFault.None)
        {
            return fault;
        }

        if (Qos == 3 || (Qos == 0 && Duplicate))
        {
            return PacketFault.Qos;
        }

        if (Qos > 0 && PacketId == 0)
        {
            return PacketFault.PacketIdZero;
        }

        return Properties.Fault;
    }
}
