namespace Millwright.Ingest.Payloads.Json;

/// <summary>The reusable memory of the scanner: after the first messages it grows no more, so decoding allocates nothing.</summary>
internal sealed class JsonTape
{
    private JsonCell[] cells = new JsonCell[256];
    private byte[] side = new byte[256];
    private int[] buckets = new int[64];

    public int Count { get; private set; }

    public int SideCount { get; private set; }

    public void Clear()
    {
        Count = 0;
        SideCount = 0;
    }

    public ref JsonCell this[int index] => ref cells[index];

    public int Add(JsonKind kind, int start, int length)
    {
        if (Count == cells.Length)
        {
            Array.Resize(ref cells, cells.Length * 2);
        }

        cells[Count] = new JsonCell { Kind = kind, Start = start, Length = length, Next = Count + 1 };
        return Count++;
    }

    public ReadOnlySpan<byte> Side(int start, int length) => side.AsSpan(start, length);

    public void AddSide(ReadOnlySpan<byte> bytes)
    {
        if (SideCount + bytes.Length > side.Length)
        {
            Array.Resize(ref side, Math.Max(side.Length * 2, SideCount + bytes.Length));
        }

        bytes.CopyTo(side.AsSpan(SideCount));
        SideCount += bytes.Length;
    }

    /// <summary>A cleared hash table with at least twice the room.</summary>
    public Span<int> Buckets(int members)
    {
        int size = 64;
        while (size < members * 2)
        {
            size *= 2;
        }

        if (buckets.Length < size)
        {
            buckets = new int[size];
        }

        Span<int> cleared = buckets.AsSpan(0, size);
        cleared.Fill(-1);
        return cleared;
    }
}
