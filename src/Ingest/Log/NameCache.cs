using System.Text;

namespace Millwright.Ingest.Log;

/// <summary>
/// UTF-8 bytes to the one string for them. A log holds the same few thousand names over and over; a name is decoded once. For one thread.
/// </summary>
public sealed class NameCache
{
    private readonly Entry[] slots;
    private readonly int mask;
    private readonly int bound;
    private int count;

    /// <param name="capacity">Names kept; when full, all are dropped and learned anew, so a flood of names costs time and never
    /// memory.</param>
    public NameCache(int capacity = 16_384)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity * 2);
        slots = new Entry[size];
        mask = size - 1;
        bound = capacity;
    }

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        uint hash = Crc32C.Of(utf8);
        int index = (int)(hash & (uint)mask);
        while (slots[index].Text is { } text)
        {
            if (slots[index].Hash == hash && utf8.SequenceEqual(slots[index].Utf8))
            {
                return text;
            }

            index = (index + 1) & mask;
        }

        return Learn(utf8, hash, index);
    }

    private string Learn(ReadOnlySpan<byte> utf8, uint hash, int index)
    {
        if (count == bound)
        {
            Array.Clear(slots);
            count = 0;
            index = (int)(hash & (uint)mask);
        }

        string text = Encoding.UTF8.GetString(utf8);
        slots[index] = new Entry(hash, utf8.ToArray(), text);
        count++;
        return text;
    }

    private readonly record struct Entry(uint Hash, byte[] Utf8, string? Text);
}
