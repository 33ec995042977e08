using System.Buffers;
using System.Buffers.Binary;

namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>A growing run of bytes from the shared pool. Not thread-safe: its owner holds the lock.</summary>
internal sealed class WireBuffer
{
    // An idle connection gives a larger array back, so that one burst does not stay in memory for ever.
    private const int KeptCapacity = 64 * 1024;
    private byte[] array = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => array.AsMemory(0, Length);

    public Span<byte> Reserve(int size)
    {
        int needed = Length + size;
        if (needed > array.Length)
        {
            Grow(needed);
        }

        Span<byte> span = array.AsSpan(Length, size);
        Length = needed;
        return span;
    }

    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public void AppendByte(byte value) => Reserve(1)[0] = value;

    public void AppendUInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), (ushort)value);

    public void AppendUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void AppendVarInt(int value)
    {
        while (value >= 0x80)
        {
            AppendByte((byte)((value & 0x7F) | 0x80));
            value >>= 7;
        }

        AppendByte((byte)value);
    }

    public void AppendBinary(ReadOnlySpan<byte> bytes)
    {
        AppendUInt16(bytes.Length);
        Append(bytes);
    }

    /// <summary>Forgets what was written after <paramref name="length"/>: a packet that turned out too large for its receiver.</summary>
    public void Truncate(int length) => Length = length;

    public void Clear()
    {
        Length = 0;
        if (array.Length > KeptCapacity)
        {
            Release();
        }
    }

    public void Release()
    {
        byte[] old = array;
        array = [];
        Length = 0;
        if (old.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }

    private void Grow(int needed)
    {
        int doubled = (int)Math.Min(array.Length * 2L, Array.MaxLength);
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(needed, 256), doubled));
        array.AsSpan(0, Length).CopyTo(larger);
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }

        array = larger;
    }
}
