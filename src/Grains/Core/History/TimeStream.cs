using System.Numerics;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.History;

/// <summary>
/// Ascending event times as differences of differences (Pelkonen et al., Gorilla, VLDB 2015): a source that keeps its interval costs one
/// bit
/// a sample. Times are divided by the largest of 1 s, 1 ms, 1 µs that divides all of their differences, or else kept in ticks: jitter of a
/// millisecond is then 1 and not 10,000. What exceeds the prepared widths goes as a varint.
/// </summary>
internal static class TimeStream
{
    private static readonly long[] Units = [1, TimeSpan.TicksPerMicrosecond, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond];
    private static readonly int[] Widths = [5, 9, 14, 22];

    public static void Write(BitWriter bits, ReadOnlySpan<long> times)
    {
        if (times.IsEmpty)
        {
            return;
        }

        int unit = LargestUnit(times);
        bits.Bits((ulong)unit, 2);
        bits.Varint((ulong)times[0]);
        long previousDelta = 0;
        for (int i = 1; i < times.Length; i++)
        {
            long delta = (times[i] - times[i - 1]) / Units[unit];
            WriteChange(bits, delta - previousDelta);
            previousDelta = delta;
        }
    }

    public static void Read(ref BitReader bits, Span<long> times)
    {
        if (times.IsEmpty)
        {
            return;
        }

        long unit = Units[(int)bits.Bits(2)];
        ulong first = bits.Varint();
        if (first > (ulong)Ticks.Max)
        {
            throw new StateFormatException("A time in a history block is out of range.");
        }

        times[0] = (long)first;
        long delta = 0;
        for (int i = 1; i < times.Length; i++)
        {
            delta = unchecked(delta + ReadChange(ref bits));
            if (delta < 0 || delta > (Ticks.Max - times[i - 1]) / unit)
            {
                throw new StateFormatException("A time in a history block is out of range.");
            }

            times[i] = times[i - 1] + (delta * unit);
        }
    }

    private static int LargestUnit(ReadOnlySpan<long> times)
    {
        int unit = Units.Length - 1;
        for (int i = 1; i < times.Length && unit > 0; i++)
        {
            while ((times[i] - times[i - 1]) % Units[unit] != 0)
            {
                unit--;
            }
        }

        return unit;
    }

    private static void WriteChange(BitWriter bits, long change)
    {
        if (change == 0)
        {
            bits.Bit(false);
            return;
        }

        // 10, 110, 1110, 11110 with their widths; 11111 and a varint.
        ulong zigzag = ZigZag(change);
        int needed = 64 - BitOperations.LeadingZeroCount(zigzag);
        for (int i = 0; i < Widths.Length; i++)
        {
            if (needed <= Widths[i])
            {
                bits.Bits((1UL << (i + 2)) - 2, i + 2);
                bits.Bits(zigzag, Widths[i]);
                return;
            }
        }

        bits.Bits((1UL << (Widths.Length + 1)) - 1, Widths.Length + 1);
        bits.Varint(zigzag);
    }

    private static long ReadChange(ref BitReader bits)
    {
        if (!bits.Bit())
        {
            return 0;
        }

        foreach (int width in Widths)
        {
            if (!bits.Bit())
            {
                return UnZigZag(bits.Bits(width));
            }
        }

        return UnZigZag(bits.Varint());
    }

    internal static ulong ZigZag(long value) => unchecked((ulong)(value << 1) ^ (ulong)(value >> 63));

    internal static long UnZigZag(ulong value) => unchecked((long)(value >> 1) ^ -(long)(value & 1));
}
