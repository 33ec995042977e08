namespace Millwright.Ingest.Mqtt.Wire;

internal enum PacketType : byte
{
    /// <summary>Not a packet: stands for the will's properties in the table of allowed properties.</summary>
    Will = 0,
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}
