using System.Buffers.Binary;
using System.Text;

namespace Millwright.Core.State;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote. A state that ends early or names a length that cannot be is a <see
/// cref="StateFormatException"/>, never garbage.
/// </summary>
public sealed class StateReader(ReadOnlyMemory<byte> state)
{
    private int position;

    public bool IsAtEnd => position == state.Length;

    public byte Byte() => Take(1)[0];

    public bool Boolean() => Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw new StateFormatException($"Expected a boolean, found {other}."),
    };

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public DateTimeOffset Instant()
    {
        long ticks = Int64();
        return ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new StateFormatException("An instant is out of range.");
    }

    public TimeSpan Duration() => new(Int64());

    public string? Text()
    {
        int length = Int32();
        return length == -1 ? null : Encoding.UTF8.GetString(Take(length));
    }

    public double[] Doubles()
    {
        int count = Count(8);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = Double();
        }

        return values;
    }

    public byte[] Bytes() => Take(Int32()).ToArray();

    /// <summary>Reads the count of a list whose items take at least <paramref name="itemSize"/> bytes each.</summary>
    public int Count(int itemSize)
    {
        int count = Int32();
        return count >= 0 && (long)count * itemSize <= state.Length - position
            ? count
            : throw new StateFormatException($"A list of {count} items does not fit.");
    }

    /// <summary>Reads a version byte and refuses one that is newer than the code.</summary>
    public byte Version(byte newest)
    {
        byte version = Byte();
        return version >= 1 && version <= newest
            ? version
            : throw new StateFormatException($"State version {version} is not between 1 and {newest}.");
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length < 0 || length > state.Length - position)
        {
            throw new StateFormatException($"The state ends {length} bytes short at {position}.");
        }

        ReadOnlySpan<byte> taken = state.Span.Slice(position, length);
        position += length;
        return taken;
    }
}
