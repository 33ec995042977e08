using Millwright.Core.State;

namespace Millwright.Core.History;

/// <summary>Reads what <see cref="BitWriter"/> wrote; an early end is a <see cref="StateFormatException"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private long position;

    /// <summary>Whole bytes that are left, at most.</summary>
    public readonly long BytesLeft => bytes.Length - (position >> 3);

    public bool Bit() => Bits(1) != 0;

    public ulong Bits(int count)
    {
        if (position + count > bytes.Length * 8L)
        {
            throw new StateFormatException("A history block ends early.");
        }

        ulong value = 0;
        while (count > 0)
        {
            int free = 8 - (int)(position & 7);
            int taken = Math.Min(free, count);
            int part = (bytes[(int)(position >> 3)] >> (free - taken)) & ((1 << taken) - 1);
            value = (value << taken) | (uint)part;
            position += taken;
            count -= taken;
        }

        return value;
    }

    public byte Byte() => (byte)Bits(8);

    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            ulong part = Bits(8);
            if (shift == 63 && (part & 0x7f) > 1)
            {
                break;
            }

            value |= (part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new StateFormatException("A number in a history block is too long.");
    }

    /// <summary>Only the padding of the last byte, all zero, may be left.</summary>
    public void End()
    {
        long left = (bytes.Length * 8L) - position;
        if (left >= 8 || Bits((int)left) != 0)
        {
            throw new StateFormatException("A history block has bytes after its end.");
        }
    }
}
