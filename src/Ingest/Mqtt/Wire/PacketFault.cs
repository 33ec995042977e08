namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>Why a packet ended its connection. The names are the values of the metric tag <c>reason</c>, so the set stays small.</summary>
internal enum PacketFault : byte
{
    None,
    Truncated,
    TrailingBytes,
    ReservedBits,
    LengthEncoding,
    TooLarge,
    Utf8,
    NullCharacter,
    Qos,
    PacketIdZero,
    TopicName,
    TopicMissing,
    TopicAlias,
    EmptyFilterList,
    SubscribeOptions,
    SubscribeValue,
    SharedNoLocal,
    UnknownProperty,
    ForbiddenProperty,
    DuplicateProperty,
    PropertyValue,
    ProtocolName,
    ProtocolVersion,
    ConnectFlags,
    ClientId,
    AuthenticationMethod,
    UnexpectedPacket,
    SecondConnect,
    NotConnected,
    ReasonCode,
    ReceiveMaximum,
    SessionExpiry,
}

internal static class PacketFaults
{
    public static MqttReason ToReason(this PacketFault fault) => fault switch
    {
        PacketFault.None => MqttReason.Success,
        PacketFault.TooLarge => MqttReason.PacketTooLarge,
        PacketFault.TopicName => MqttReason.TopicNameInvalid,
        PacketFault.TopicAlias => MqttReason.TopicAliasInvalid,
        PacketFault.ReceiveMaximum => MqttReason.ReceiveMaximumExceeded,
        PacketFault.ProtocolName or PacketFault.ProtocolVersion => MqttReason.UnsupportedProtocolVersion,
        PacketFault.ClientId => MqttReason.ClientIdentifierNotValid,
        PacketFault.AuthenticationMethod => MqttReason.BadAuthenticationMethod,
        PacketFault.PacketIdZero or PacketFault.EmptyFilterList or PacketFault.SharedNoLocal or PacketFault.SubscribeValue
            or PacketFault.DuplicateProperty or PacketFault.PropertyValue or PacketFault.TopicMissing or PacketFault.SessionExpiry
            or PacketFault.UnexpectedPacket or PacketFault.SecondConnect or PacketFault.NotConnected => MqttReason.ProtocolError,
        _ => MqttReason.MalformedPacket,
    };
}
