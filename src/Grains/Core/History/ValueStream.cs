using System.Numerics;
using Millwright.Core.State;

namespace Millwright.Core.History;

/// <summary>
/// Values, bit for bit. Two ways, whichever is shorter: most sensors print a fixed number of decimals, so that value × 10^k is a whole
/// number for all of a block, and the differences of those are small; all else as the XOR of neighbours (Gorilla, VLDB 2015), which
/// takes any bits, NaN payloads and the sign of zero included.
/// </summary>
internal static class ValueStream
{
    private const int MaxDecimals = 9;
    private const int FrameLength = 16;
    private const double MaxWhole = 1L << 53;
    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    public static void Write(BitWriter bits, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        int decimals = DecimalsOf(values);
        bits.Bits((ulong)(decimals + 1), 4);
        if (decimals >= 0)
        {
            WriteWhole(bits, values, Powers[decimals]);
        }
        else
        {
            WriteXor(bits, values);
        }
    }

    public static void Read(ref BitReader bits, Span<double> values)
    {
        if (values.IsEmpty)
        {
            return;
        }

        int decimals = (int)bits.Bits(4) - 1;
        if (decimals > MaxDecimals)
        {
            throw new StateFormatException("A history block names an unknown encoding of values.");
        }

        if (decimals >= 0)
        {
            ReadWhole(ref bits, values, Powers[decimals]);
        }
        else
        {
            ReadXor(ref bits, values);
        }
    }

    /// <summary>The least number of decimals with which every value comes back bit for bit; -1 for none.</summary>
    private static int DecimalsOf(ReadOnlySpan<double> values)
    {
        int decimals = 0;
        foreach (double value in values)
        {
            while (!IsWhole(value, Powers[decimals]))
            {
                if (++decimals > MaxDecimals)
                {
                    return -1;
                }
            }
        }

        // What held for fewer decimals need not hold for more: 0.1 has one, but at nine it may round.
        foreach (double value in values)
        {
            if (!IsWhole(value, Powers[decimals]))
            {
                return -1;
            }
        }

        return decimals;
    }

    private static bool IsWhole(double value, double power)
    {
        double scaled = Math.Round(value * power);
        return Math.Abs(scaled) < MaxWhole && BitConverter.DoubleToInt64Bits((long)scaled / power) == BitConverter.DoubleToInt64Bits(value);
    }

    private static void WriteWhole(BitWriter bits, ReadOnlySpan<double> values, double power)
    {
        Span<ulong> frame = stackalloc ulong[FrameLength];
        long previous = 0;
        for (int start = 0; start < values.Length; start += FrameLength)
        {
            int length = Math.Min(FrameLength, values.Length - start);
            ulong all = 0;
            for (int i = 0; i < length; i++)
            {
                long whole = (long)Math.Round(values[start + i] * power);
                frame[i] = TimeStream.ZigZag(whole - previous);
                all |= frame[i];
                previous = whole;
            }

            int width = 64 - BitOperations.LeadingZeroCount(all);
            bits.Bits((ulong)width, 6);
            foreach (ulong difference in frame[..length])
            {
                bits.Bits(difference, width);
            }
        }
    }

    private static void ReadWhole(ref BitReader bits, Span<double> values, double power)
    {
        long whole = 0;
        int width = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (i % FrameLength == 0)
            {
                width = (int)bits.Bits(6);
            }

            whole = unchecked(whole + TimeStream.UnZigZag(bits.Bits(width)));
            values[i] = whole / power;
        }
    }

    private static void WriteXor(BitWriter bits, ReadOnlySpan<double> values)
    {
        ulong previous = BitConverter.DoubleToUInt64Bits(values[0]);
        bits.Bits(previous, 64);
        int leading = -1;
        int width = 0;
        foreach (double value in values[1..])
        {
            ulong current = BitConverter.DoubleToUInt64Bits(value);
            ulong change = current ^ previous;
            previous = current;
            bits.Bit(change != 0);
            if (change == 0)
            {
                continue;
            }

            int newLeading = Math.Min(31, BitOperations.LeadingZeroCount(change));
            int trailing = BitOperations.TrailingZeroCount(change);
            bool fits = leading >= 0 && newLeading >= leading && trailing >= 64 - leading - width;
            bits.Bit(!fits);
            if (!fits)
            {
                leading = newLeading;
                width = 64 - leading - trailing;
                bits.Bits((ulong)leading, 5);
                bits.Bits((ulong)(width - 1), 6);
            }

            bits.Bits(change >> (64 - leading - width), width);
        }
    }

    private static void ReadXor(ref BitReader bits, Span<double> values)
    {
        ulong current = bits.Bits(64);
        values[0] = BitConverter.UInt64BitsToDouble(current);
        int leading = 0;
        int width = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (bits.Bit())
            {
                if (bits.Bit())
                {
                    leading = (int)bits.Bits(5);
                    width = (int)bits.Bits(6) + 1;
                }

                if (width == 0 || leading + width > 64)
                {
                    throw new StateFormatException("A value in a history block has an impossible width.");
                }

                current ^= bits.Bits(width) << (64 - leading - width);
            }

            values[i] = BitConverter.UInt64BitsToDouble(current);
        }
    }
}
