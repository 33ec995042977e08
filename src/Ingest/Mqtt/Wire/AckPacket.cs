namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP: they differ in their type only.</summary>
internal readonly record struct AckPacket(ushort PacketId, MqttReason Reason, PacketFault Fault)
{
    public static AckPacket Decode(in Frame frame, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var reader = new PacketReader(body);
        int expectedFlags = frame.Type == PacketType.PubRel ? 0x02 : 0x00;
        if ((frame.Header & 0x0F) != expectedFlags)
        {
            reader.Fail(PacketFault.ReservedBits);
        }

        ushort id = reader.ReadUInt16();
        MqttReason reason = MqttReason.Success;
        if (version == MqttVersion.V5 && reader.Remaining > 0)
        {
            reason = (MqttReason)reader.ReadByte();
            SkipProperties(ref reader, frame.Type);
            if (!IsKnown(frame.Type, reason))
            {
                reader.Fail(PacketFault.ReasonCode);
            }
        }

        reader.ExpectEnd();
        if (id == 0)
        {
            reader.Fail(PacketFault.PacketIdZero);
        }

        return new AckPacket(id, reason, reader.Fault);
    }

    /// <summary>Checks a block of which nothing is used; an absent block is an empty one.</summary>
    public static void SkipProperties(ref PacketReader reader, PacketType packet)
    {
        if (reader.Remaining == 0)
        {
            return;
        }

        var properties = new PropertyReader(PropertyReader.TakeBlock(ref reader), packet);
        while (properties.Next())
        {
        }

        if (properties.Fault != PacketFault.None)
        {
            reader.Fail(properties.Fault);
        }
    }

    private static bool IsKnown(PacketType type, MqttReason reason) => type is PacketType.PubRel or PacketType.PubComp
        ? reason is MqttReason.Success or MqttReason.PacketIdentifierNotFound
        : reason is MqttReason.Success or MqttReason.NoMatchingSubscribers or MqttReason.UnspecifiedError
            or MqttReason.ImplementationSpecificError or MqttReason.NotAuthorized or MqttReason.TopicNameInvalid
            or MqttReason.PacketIdentifierInUse or MqttReason.QuotaExceeded or MqttReason.PayloadFormatInvalid;
}
