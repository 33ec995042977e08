namespace Millwright.Ingest.Mqtt.Sessions;

/// <summary>An outbound QoS 1 or 2 message that was sent and is not yet completed.</summary>
internal sealed class InFlight(ushort packetId, QueuedMessage queued)
{
    public ushort PacketId { get; } = packetId;

    public QueuedMessage Queued { get; } = queued;

    /// <summary>QoS 2: PUBREC came, so only the release is repeated from now on.</summary>
    public bool Released { get; set; }

    /// <summary>Counts against the window of the present link.</summary>
    public bool OnLink { get; set; }
}
