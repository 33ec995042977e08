namespace Millwright.Core.History;

/// <summary>Appends bits, highest first, to a growing array.</summary>
internal sealed class BitWriter(int capacity = 64)
{
    private byte[] bytes = new byte[capacity];
    private int full;
    private int free = 8;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, free == 8 ? full : full + 1);

    public void Bit(bool value) => Bits(value ? 1UL : 0UL, 1);

    public void Bits(ulong value, int count)
    {
        while (count > 0)
        {
            if (full == bytes.Length)
            {
                Array.Resize(ref bytes, bytes.Length * 2);
            }

            int taken = Math.Min(free, count);
            ulong part = (value >> (count - taken)) & ((1UL << taken) - 1);
            bytes[full] |= (byte)(part << (free - taken));
            free -= taken;
            count -= taken;
            if (free == 0)
            {
                full++;
                free = 8;
            }
        }
    }

    public void Byte(byte value) => Bits(value, 8);

    /// <summary>Seven bits a byte, least significant first; the top bit says that more follow.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Bits((value & 0x7f) | 0x80, 8);
            value >>= 7;
        }

        Bits(value, 8);
    }
}
