namespace Millwright.Ingest.Mqtt;

/// <param name="PacketId">0: not sent yet.</param>
/// <param name="Released">QoS 2: the client has the message, only the release is open.</param>
public sealed record MqttStoredDelivery(
    MqttMessage Message, byte Qos, bool Retain, IReadOnlyList<uint> Identifiers, ushort PacketId, bool Released);
