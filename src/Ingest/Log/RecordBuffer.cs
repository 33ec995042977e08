using System.Buffers.Binary;
using System.Text;

namespace Millwright.Ingest.Log;

/// <summary>Grows once and is reused: encoding a record allocates nothing in the steady state.</summary>
internal sealed class RecordBuffer(int capacity)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Slice(int start, int length) => bytes.AsMemory(start, length);

    public void Truncate(int length) => Length = length;

    public void Byte(byte value) => Take(1)[0] = value;

    public void Int32At(int index, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(index), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(sizeof(int)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    /// <summary>As they are, without a length.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Two bytes of length, then UTF-8. What is longer than the length can say was refused by the decoder.</summary>
    public void Text(ReadOnlySpan<char> value)
    {
        int start = Length;
        Take(2 + Encoding.UTF8.GetMaxByteCount(value.Length));
        int count = Encoding.UTF8.GetBytes(value, bytes.AsSpan(start + 2));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ushort.MaxValue, nameof(value));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(start), (ushort)count);
        Length = start + 2 + count;
    }

    public void Utf8(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), (ushort)value.Length);
        value.CopyTo(Take(value.Length));
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + count));
        }

        Span<byte> taken = bytes.AsSpan(Length, count);
        Length += count;
        return taken;
    }
}
