namespace Millwright.Ingest.Mqtt.Wire;

internal readonly record struct DisconnectPacket(MqttReason Reason, uint? SessionExpirySeconds, PacketFault Fault)
{
    public static DisconnectPacket Decode(in Frame frame, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var reader = new PacketReader(body);
        if ((frame.Header & 0x0F) != 0)
        {
            reader.Fail(PacketFault.ReservedBits);
        }

        MqttReason reason = MqttReason.Success;
        uint? expiry = null;
        if (version == MqttVersion.V5 && reader.Remaining > 0)
        {
            reason = (MqttReason)reader.ReadByte();
            expiry = ReadExpiry(ref reader);
            if (!IsKnown(reason))
            {
                reader.Fail(PacketFault.ReasonCode);
            }
        }

        reader.ExpectEnd();
        return new DisconnectPacket(reason, expiry, reader.Fault);
    }

    private static bool IsKnown(MqttReason reason)
        => reason is MqttReason.Success or MqttReason.DisconnectWithWill
            or (>= MqttReason.UnspecifiedError and <= MqttReason.SubscriptionIdentifiersNotSupported)
            or MqttReason.WildcardSubscriptionsNotSupported;

    private static uint? ReadExpiry(ref PacketReader reader)
    {
        if (reader.Remaining == 0)
        {
            return null;
        }

        uint? expiry = null;
        var properties = new PropertyReader(PropertyReader.TakeBlock(ref reader), PacketType.Disconnect);
        while (properties.Next())
        {
            if (properties.Id == PropertyId.SessionExpiry)
            {
                expiry = properties.Number;
            }
        }

        if (properties.Fault != PacketFault.None)
        {
            reader.Fail(properties.Fault);
        }

        return expiry;
    }
}
