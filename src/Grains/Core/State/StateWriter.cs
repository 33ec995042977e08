using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Millwright.Core.State;

/// <summary>
/// Writes the state of core types as bytes, little-endian, fields in the order of their Save method. Each type writes its own version byte
/// first, so that a reader of the next version knows what it has before it. The same state gives the same bytes.
/// </summary>
public sealed class StateWriter(ArrayBufferWriter<byte> buffer)
{
    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public void Boolean(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(4), value);
        buffer.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    public void Instant(DateTimeOffset value) => Int64(value.UtcTicks);

    public void Duration(TimeSpan value) => Int64(value.Ticks);

    /// <summary>Null and empty are told apart.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Int32(-1);
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        Int32(length);
        Encoding.UTF8.GetBytes(value, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    public void Doubles(ReadOnlySpan<double> values)
    {
        Int32(values.Length);
        foreach (double value in values)
        {
            Double(value);
        }
    }

    public void Bytes(ReadOnlySpan<byte> values)
    {
        Int32(values.Length);
        buffer.Write(values);
    }
}
