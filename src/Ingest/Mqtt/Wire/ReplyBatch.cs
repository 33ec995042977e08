namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>Encoded replies, and the commit they wait for.</summary>
internal sealed class ReplyBatch
{
    public WireBuffer Bytes { get; } = new();

    public List<(ushort PacketId, long Position)> Received { get; } = [];

    public List<PendingRoute> Routes { get; } = [];

    public long Position { get; set; }

    public int Acknowledgements { get; set; }

    public bool IsEmpty => Bytes.Length == 0 && Position == 0 && Routes.Count == 0;

    public void MoveTo(ReplyBatch other)
    {
        other.Bytes.Append(Bytes.Written.Span);
        other.Received.AddRange(Received);
        other.Routes.AddRange(Routes);
        other.Position = Math.Max(other.Position, Position);
        other.Acknowledgements += Acknowledgements;
        Clear();
    }

    public void Clear()
    {
        Bytes.Clear();
        Received.Clear();
        Routes.Clear();
        Position = 0;
        Acknowledgements = 0;
    }
}
