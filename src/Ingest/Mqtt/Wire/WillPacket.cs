using Millwright.Ingest.Mqtt.Routing;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>The will as CONNECT carries it.</summary>
internal sealed record WillPacket
{
    public required byte[] Topic { get; init; }

    public required byte[] Payload { get; init; }

    public required byte Qos { get; init; }

    public required bool Retain { get; init; }

    public byte[] Properties { get; init; } = [];

    public uint DelaySeconds { get; init; }

    public uint? ExpirySeconds { get; init; }

    public static WillPacket? Read(ref PacketReader reader, MqttVersion version, byte connectFlags)
    {
        PassedProperties properties = version == MqttVersion.V5
            ? PassedProperties.Read(PropertyReader.TakeBlock(ref reader), PacketType.Will)
            : default;
        if (properties.Fault != PacketFault.None)
        {
            reader.Fail(properties.Fault);
        }

        byte[] topic = reader.ReadUtf8().ToArray();
        byte[] payload = reader.ReadBinary().ToArray();
        if (reader.Fault == PacketFault.None && !TopicRules.IsName(topic))
        {
            reader.Fail(PacketFault.TopicName);
        }

        return reader.Fault != PacketFault.None
            ? null
            : new WillPacket
            {
                Topic = topic,
                Payload = payload,
                Qos = (byte)((connectFlags >> 3) & 3),
                Retain = (connectFlags & 0x20) != 0,
                Properties = properties.ToArray(),
                DelaySeconds = properties.WillDelay,
                ExpirySeconds = properties.Expiry,
            };
    }

    public MqttMessage ToMessage(DateTimeOffset now) => new(Topic, Payload, Qos, Retain)
    {
        Properties = Properties,
        ExpiresAt = ExpirySeconds is { } seconds ? now + TimeSpan.FromSeconds(seconds) : null,
    };
}
