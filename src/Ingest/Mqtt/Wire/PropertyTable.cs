namespace Millwright.Ingest.Mqtt.Wire;

internal enum PropertyKind : byte
{
    Unknown,
    Flag,
    Byte,
    TwoBytes,
    FourBytes,
    VarInt,
    Text,
    Binary,
    Pair,
}

/// <summary>Table 2-4 of MQTT 5.0: how each property is encoded and in which packets it may stand.</summary>
internal static class PropertyTable
{
    private const int Count = 0x2B;
    private static readonly PropertyKind[] Kinds = new PropertyKind[Count];
    private static readonly ushort[] Allowed = new ushort[Count];

    static PropertyTable()
    {
        Set(PropertyId.PayloadFormat, PropertyKind.Flag, PacketType.Publish, PacketType.Will);
        Set(PropertyId.MessageExpiry, PropertyKind.FourBytes, PacketType.Publish, PacketType.Will);
        Set(PropertyId.ContentType, PropertyKind.Text, PacketType.Publish, PacketType.Will);
        Set(PropertyId.ResponseTopic, PropertyKind.Text, PacketType.Publish, PacketType.Will);
        Set(PropertyId.CorrelationData, PropertyKind.Binary, PacketType.Publish, PacketType.Will);
        Set(PropertyId.SubscriptionIdentifier, PropertyKind.VarInt, PacketType.Publish, PacketType.Subscribe);
        Set(PropertyId.SessionExpiry, PropertyKind.FourBytes, PacketType.Connect, PacketType.ConnAck, PacketType.Disconnect);
        Set(PropertyId.AssignedClientId, PropertyKind.Text, PacketType.ConnAck);
        Set(PropertyId.ServerKeepAlive, PropertyKind.TwoBytes, PacketType.ConnAck);
        Set(PropertyId.AuthenticationMethod, PropertyKind.Text, PacketType.Connect, PacketType.ConnAck, PacketType.Auth);
        Set(PropertyId.AuthenticationData, PropertyKind.Binary, PacketType.Connect, PacketType.ConnAck, PacketType.Auth);
        Set(PropertyId.RequestProblemInformation, PropertyKind.Flag, PacketType.Connect);
        Set(PropertyId.WillDelay, PropertyKind.FourBytes, PacketType.Will);
        Set(PropertyId.RequestResponseInformation, PropertyKind.Flag, PacketType.Connect);
        Set(PropertyId.ResponseInformation, PropertyKind.Text, PacketType.ConnAck);
        Set(PropertyId.ServerReference, PropertyKind.Text, PacketType.ConnAck, PacketType.Disconnect);
        Set(PropertyId.ReasonString, PropertyKind.Text, PacketType.ConnAck, PacketType.PubAck, PacketType.PubRec, PacketType.PubRel,
            PacketType.PubComp, PacketType.SubAck, PacketType.UnsubAck, PacketType.Disconnect, PacketType.Auth);
        Set(PropertyId.ReceiveMaximum, PropertyKind.TwoBytes, PacketType.Connect, PacketType.ConnAck);
        Set(PropertyId.TopicAliasMaximum, PropertyKind.TwoBytes, PacketType.Connect, PacketType.ConnAck);
        Set(PropertyId.TopicAlias, PropertyKind.TwoBytes, PacketType.Publish);
        Set(PropertyId.MaximumQos, PropertyKind.Flag, PacketType.ConnAck);
        Set(PropertyId.RetainAvailable, PropertyKind.Flag, PacketType.ConnAck);
        Set(PropertyId.UserProperty, PropertyKind.Pair, PacketType.Connect, PacketType.ConnAck, PacketType.Publish, PacketType.Will,
            PacketType.PubAck, PacketType.PubRec, PacketType.PubRel, PacketType.PubComp, PacketType.Subscribe, PacketType.SubAck,
            PacketType.Unsubscribe, PacketType.UnsubAck, PacketType.Disconnect, PacketType.Auth);
        Set(PropertyId.MaximumPacketSize, PropertyKind.FourBytes, PacketType.Connect, PacketType.ConnAck);
        Set(PropertyId.WildcardAvailable, PropertyKind.Flag, PacketType.ConnAck);
        Set(PropertyId.SubscriptionIdentifiersAvailable, PropertyKind.Flag, PacketType.ConnAck);
        Set(PropertyId.SharedAvailable, PropertyKind.Flag, PacketType.ConnAck);
    }

    public static PropertyKind KindOf(int id) => id < Count ? Kinds[id] : PropertyKind.Unknown;

    public static bool IsAllowed(int id, PacketType packet) => (Allowed[id] & (1 << (int)packet)) != 0;

    private static void Set(PropertyId id, PropertyKind kind, params ReadOnlySpan<PacketType> packets)
    {
        Kinds[(int)id] = kind;
        foreach (PacketType packet in packets)
        {
            Allowed[(int)id] |= (ushort)(1 << (int)packet);
        }
    }
}
