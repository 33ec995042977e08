namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>Encoded replies, and the commit they wait for.</summary>
internal sealed class ReplyBatch
{
    public WireBuffer Bytes { get; } = new();

    public List<(ushort PacketId, InletResult Taken)> Received { get; } = [];

    public List<PendingRoute> Routes { get; } = [];

    /// <summary>The lowest position that its replies wait for; 0 when there is none.</summary>
    public long First { get; private set; }

    /// <summary>The highest.</summary>
    public long Position { get; private set; }

    public int Acknowledgements { get; set; }

    public bool IsEmpty => Bytes.Length == 0 && Position == 0 && Routes.Count == 0;

    /// <summary>All in between counts: an earlier commit may have failed and a later one not.</summary>
    public void Require(long first, long last)
    {
        if (last > 0)
        {
            First = First == 0 ? first : Math.Min(First, first);
            Position = Math.Max(Position, last);
        }
    }

    public void MoveTo(ReplyBatch other)
    {
        other.Bytes.Append(Bytes.Written.Span);
        other.Received.AddRange(Received);
        other.Routes.AddRange(Routes);
        other.Require(First, Position);
        other.Acknowledgements += Acknowledgements;
        Clear();
    }

    public void Clear()
    {
        Bytes.Clear();
        Received.Clear();
        Routes.Clear();
        First = 0;
        Position = 0;
        Acknowledgements = 0;
    }
}
