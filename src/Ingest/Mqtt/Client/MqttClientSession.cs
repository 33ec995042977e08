namespace Millwright.Ingest.Mqtt.Client;

/// <summary>
/// What a subscriber must remember between connections so that QoS 2 arrives once. Give the same one to each connection of a client id.
/// </summary>
public sealed class MqttClientSession
{
    private readonly Lock gate = new();
    private readonly HashSet<ushort> received = [];
    private long receivedPosition;

    internal long ReceivedPosition => Volatile.Read(ref receivedPosition);

    internal bool TryReceive(ushort packetId)
    {
        lock (gate)
        {
            return received.Add(packetId);
        }
    }

    internal void Commit(long position) => Volatile.Write(ref receivedPosition, Math.Max(receivedPosition, position));

    internal void Forget(ushort packetId)
    {
        lock (gate)
        {
            received.Remove(packetId);
        }
    }

    internal void Clear()
    {
        lock (gate)
        {
            received.Clear();
        }
    }
}
