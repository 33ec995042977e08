using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Samples in event-time order: they come at the end and leave at the beginning. Kept in chunks, so that a full one is compressed once and
/// every later snapshot copies those bytes: with 60,000 samples in a window a snapshot costs as much as with 1,000.
/// </summary>
internal sealed class SampleRing
{
    private const int ChunkSize = 512;
    private const int FirstCapacity = 16;
    private Run<Chunk> chunks;

    // Place of the oldest sample in the first chunk.
    private int head;

    public int Count { get; private set; }

    public ref readonly RingSample First => ref chunks[0].Items[head];

    public ref readonly RingSample Second => ref this[1];

    public ref readonly RingSample Last
    {
        get
        {
            Chunk chunk = chunks.Last;
            return ref chunk.Items[chunk.Count - 1];
        }
    }

    /// <summary>Bytes held.</summary>
    public int Size
    {
        get
        {
            int size = 64;
            foreach (Chunk chunk in chunks.Span)
            {
                size += 56 + (16 * chunk.Items.Length) + (chunk.Bytes?.Length ?? 0);
            }

            return size;
        }
    }

    private ref readonly RingSample this[int index]
    {
        get
        {
            int place = head + index;
            return ref chunks[place / ChunkSize].Items[place % ChunkSize];
        }
    }

    public void Add(long ticks, double value)
    {
        if (chunks.Count == 0 || chunks.Last.Count == ChunkSize)
        {
            chunks.Add(new Chunk { Items = new RingSample[chunks.Count == 0 ? FirstCapacity : ChunkSize] });
        }

        Chunk chunk = chunks.Last;
        if (chunk.Count == chunk.Items.Length)
        {
            Array.Resize(ref chunk.Items, chunk.Count * 2);
        }

        chunk.Items[chunk.Count++] = new RingSample(ticks, value);
        Count++;
    }

    public void RemoveFirst()
    {
        Count--;
        if (++head == ChunkSize)
        {
            chunks.RemoveFirst();
            head = 0;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(head);
        writer.Int32(Count);
        for (int i = 0; i < chunks.Count; i++)
        {
            Chunk chunk = chunks[i];
            int from = i == 0 ? head : 0;
            if (from == chunk.Count)
            {
                continue;
            }

            // The first one loses samples and the last one gains some: only those between are what they were.
            bool isWhole = from == 0 && chunk.Count == ChunkSize;
            writer.Bytes(isWhole ? chunk.Bytes ??= Encode(chunk.Items) : Encode(chunk.Items.AsSpan(from, chunk.Count - from)));
        }
    }

    /// <summary>What was saved, oldest first; the ring itself is at the place where its first sample goes.</summary>
    public RingSample[] Restore(StateReader reader, int maximum)
    {
        chunks.Clear();
        Count = 0;
        head = reader.Int32();
        int count = reader.Int32();
        if (head is < 0 or >= ChunkSize || count < 0 || count > maximum)
        {
            throw new StateFormatException($"A window of {count} samples at {head} cannot be.");
        }

        var samples = new RingSample[count];
        for (int read = 0; read < count;)
        {
            int length = Math.Min(count - read, ChunkSize - ((head + read) % ChunkSize));
            Decode(reader.Bytes(), samples.AsSpan(read, length));
            read += length;
        }

        // Places that nobody will look at again, so that chunks begin where they began.
        if (head > 0)
        {
            chunks.Add(new Chunk { Items = new RingSample[ChunkSize], Count = head });
        }

        return samples;
    }

    private static byte[] Encode(ReadOnlySpan<RingSample> samples)
    {
        var bits = new BitWriter(32 + (samples.Length * 4));
        long[] times = new long[samples.Length];
        double[] values = new double[samples.Length];
        for (int i = 0; i < samples.Length; i++)
        {
            (times[i], values[i]) = (samples[i].Ticks, samples[i].Value);
        }

        TimeStream.Write(bits, times);
        ValueStream.Write(bits, values);
        return bits.Written.ToArray();
    }

    private static void Decode(byte[] data, Span<RingSample> samples)
    {
        var bits = new BitReader(data);
        long[] times = new long[samples.Length];
        double[] values = new double[samples.Length];
        TimeStream.Read(ref bits, times);
        ValueStream.Read(ref bits, values);
        bits.End();
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = new RingSample(times[i], values[i]);
        }
    }

    private sealed class Chunk
    {
        public required RingSample[] Items;
        public int Count;
        public byte[]? Bytes;
    }
}

internal readonly record struct RingSample(long Ticks, double Value);
