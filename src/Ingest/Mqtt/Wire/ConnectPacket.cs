using System.Text;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>A decoded CONNECT. Decoding may fail after the version is known, which decides how the refusal is answered.</summary>
internal sealed class ConnectPacket
{
    // Set by mosquitto's bridges on the protocol level to say that a bridge connects; it then wants no echo of its own messages.
    private const byte BridgeFlag = 0x80;

    public PacketFault Fault { get; private set; }

    public MqttVersion Version { get; private set; } = MqttVersion.V311;

    public bool IsBridge { get; private set; }

    public string ClientId { get; private set; } = "";

    public bool CleanStart { get; private set; }

    public ushort KeepAliveSeconds { get; private set; }

    public uint SessionExpirySeconds { get; private set; }

    public ushort ReceiveMaximum { get; private set; } = ushort.MaxValue;

    public uint MaximumPacketSize { get; private set; } = uint.MaxValue;

    public ushort TopicAliasMaximum { get; private set; }

    public string? UserName { get; private set; }

    public byte[]? Password { get; private set; }

    public WillPacket? Will { get; private set; }

    public static ConnectPacket Decode(byte headerFlags, ReadOnlySpan<byte> body)
    {
        var packet = new ConnectPacket();
        var reader = new PacketReader(body);
        packet.Read(ref reader, headerFlags);
        packet.Fault = reader.Fault;
        return packet;
    }

    private void Read(ref PacketReader reader, byte headerFlags)
    {
        ReadOnlySpan<byte> name = reader.ReadUtf8();
        byte level = reader.ReadByte();
        if (reader.Fault != PacketFault.None || !CheckProtocol(ref reader, name, level))
        {
            return;
        }

        // Judged after the version is known, so that the refusal speaks it.
        if (headerFlags != 0)
        {
            reader.Fail(PacketFault.ReservedBits);
        }

        byte flags = reader.ReadByte();
        KeepAliveSeconds = reader.ReadUInt16();
        CleanStart = (flags & 0x02) != 0;
        CheckFlags(ref reader, flags);
        ReadProperties(ref reader);
        ClientId = Encoding.UTF8.GetString(reader.ReadUtf8());
        if ((flags & 0x04) != 0)
        {
            Will = WillPacket.Read(ref reader, Version, flags);
        }

        UserName = (flags & 0x80) != 0 ? Encoding.UTF8.GetString(reader.ReadUtf8()) : null;
        Password = (flags & 0x40) != 0 ? reader.ReadBinary().ToArray() : null;
        reader.ExpectEnd();
        if (Version == MqttVersion.V311 && !CleanStart)
        {
            SessionExpirySeconds = uint.MaxValue;
        }
    }

    private bool CheckProtocol(ref PacketReader reader, ReadOnlySpan<byte> name, byte level)
    {
        if (name.SequenceEqual("MQIsdp"u8))
        {
            reader.Fail(PacketFault.ProtocolVersion);
            return false;
        }

        if (!name.SequenceEqual("MQTT"u8))
        {
            reader.Fail(PacketFault.ProtocolName);
            return false;
        }

        IsBridge = (level & BridgeFlag) != 0;
        level = (byte)(level & ~BridgeFlag);
        if (level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V5))
        {
            reader.Fail(PacketFault.ProtocolVersion);
            return false;
        }

        Version = (MqttVersion)level;
        return true;
    }

    private void CheckFlags(ref PacketReader reader, byte flags)
    {
        bool will = (flags & 0x04) != 0;
        int willQos = (flags >> 3) & 3;
        bool passwordAlone = (flags & 0xC0) == 0x40 && Version == MqttVersion.V311;
        if ((flags & 0x01) != 0 || willQos == 3 || (!will && (flags & 0x38) != 0) || passwordAlone)
        {
            reader.Fail(PacketFault.ConnectFlags);
        }
    }

    private void ReadProperties(ref PacketReader reader)
    {
        if (Version != MqttVersion.V5)
        {
            return;
        }

        var properties = new PropertyReader(PropertyReader.TakeBlock(ref reader), PacketType.Connect);
        bool hasMethod = false;
        bool hasData = false;
        while (properties.Next())
        {
            switch (properties.Id)
            {
                case PropertyId.SessionExpiry: SessionExpirySeconds = properties.Number; break;
                case PropertyId.ReceiveMaximum: ReceiveMaximum = (ushort)properties.Number; break;
                case PropertyId.MaximumPacketSize: MaximumPacketSize = properties.Number; break;
                case PropertyId.TopicAliasMaximum: TopicAliasMaximum = (ushort)properties.Number; break;
                case PropertyId.AuthenticationMethod: hasMethod = true; break;
                case PropertyId.AuthenticationData: hasData = true; break;
                default: break;
            }
        }

        PacketFault fault = properties.Fault;
        if (fault == PacketFault.None && (hasMethod || hasData))
        {
            // Extended authentication is not offered; data without a method is wrong in any case.
            fault = hasMethod ? PacketFault.AuthenticationMethod : PacketFault.PropertyValue;
        }

        if (fault != PacketFault.None)
        {
            reader.Fail(fault);
        }
    }
}
