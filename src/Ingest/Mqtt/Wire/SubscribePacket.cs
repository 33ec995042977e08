namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>One filter of a SUBSCRIBE with its options.</summary>
internal readonly record struct RequestedFilter(byte[] Filter, byte Options)
{
    public byte Qos => (byte)(Options & 0x03);

    public bool NoLocal => (Options & 0x04) != 0;

    public bool RetainAsPublished => (Options & 0x08) != 0;

    public int RetainHandling => (Options >> 4) & 0x03;
}

/// <summary>A decoded SUBSCRIBE or UNSUBSCRIBE.</summary>
internal sealed class SubscribePacket
{
    public PacketFault Fault { get; private set; }

    public ushort PacketId { get; private set; }

    public uint Identifier { get; private set; }

    public List<RequestedFilter> Filters { get; } = [];

    public static SubscribePacket Decode(in Frame frame, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var packet = new SubscribePacket();
        var reader = new PacketReader(body);
        if ((frame.Header & 0x0F) != 0x02)
        {
            reader.Fail(PacketFault.ReservedBits);
        }

        packet.PacketId = reader.ReadUInt16();
        if (version == MqttVersion.V5)
        {
            packet.ReadProperties(ref reader, frame.Type);
        }

        packet.ReadFilters(ref reader, frame.Type == PacketType.Subscribe, version);
        if (packet.PacketId == 0)
        {
            reader.Fail(PacketFault.PacketIdZero);
        }

        if (packet.Filters.Count == 0)
        {
            reader.Fail(PacketFault.EmptyFilterList);
        }

        packet.Fault = reader.Fault;
        return packet;
    }

    private void ReadProperties(ref PacketReader reader, PacketType type)
    {
        var properties = new PropertyReader(PropertyReader.TakeBlock(ref reader), type);
        while (properties.Next())
        {
            if (properties.Id == PropertyId.SubscriptionIdentifier)
            {
                Identifier = properties.Number;
            }
        }

        if (properties.Fault != PacketFault.None)
        {
            reader.Fail(properties.Fault);
        }
    }

    private void ReadFilters(ref PacketReader reader, bool withOptions, MqttVersion version)
    {
        int reserved = version == MqttVersion.V5 ? 0xC0 : 0xFC;
        while (reader.Remaining > 0)
        {
            byte[] filter = reader.ReadUtf8().ToArray();
            byte options = withOptions ? reader.ReadByte() : (byte)0;
            if ((options & reserved) != 0)
            {
                reader.Fail(PacketFault.SubscribeOptions);
            }

            if ((options & 3) == 3 || (options & 0x30) == 0x30)
            {
                reader.Fail(PacketFault.SubscribeValue);
            }

            if ((options & 0x04) != 0 && filter.AsSpan().StartsWith("$share/"u8))
            {
                reader.Fail(PacketFault.SharedNoLocal);
            }

            if (reader.Fault == PacketFault.None)
            {
                Filters.Add(new RequestedFilter(filter, options));
            }
        }
    }
}
