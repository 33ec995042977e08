namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>What a read loop hands its packets to. Both answer false when nothing further is to be read.</summary>
internal interface IPacketHandler
{
    int MaxPacketSize { get; }

    bool Handle(in Frame frame, ReadOnlySpan<byte> body);

    bool Fail(PacketFault fault);
}
