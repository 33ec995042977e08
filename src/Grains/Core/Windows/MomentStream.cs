using System.Numerics;
using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// Exact moments as bits: of each whole number only the bits between its first and its last one, and where they begin. The same numbers
/// give the same bits, whatever words held them.
/// </summary>
internal ref struct MomentStream
{
    // The widest square of a double that a window may hold, and its count.
    private const int MaxBits = 3072;

    private int previousSum;
    private int previousSquares;

    public void Write(BitWriter bits, in ExactMoments moments)
    {
        Span<ulong> sum = stackalloc ulong[3];
        Span<ulong> squares = stackalloc ulong[4];
        if (moments.TryCopyTo(sum, squares, out bool isNegative, out int unit))
        {
            bits.Bit(isNegative);
            Write(bits, sum, unit, ref previousSum);
            Write(bits, squares, 2 * unit, ref previousSquares);
            return;
        }

        WideMoments wide = moments.Wide();
        bits.Bit(wide.Sum.Sign < 0);
        Write(bits, Words(BigInteger.Abs(wide.Sum)), WideMoments.Unit, ref previousSum);
        Write(bits, Words(wide.Squares), 2 * WideMoments.Unit, ref previousSquares);
    }

    public ExactMoments Read(ref BitReader bits)
    {
        bool isNegative = bits.Bit();
        BigInteger sum = Read(ref bits, WideMoments.Unit, ref previousSum);
        BigInteger squares = Read(ref bits, 2 * WideMoments.Unit, ref previousSquares);
        return ExactMoments.From(new WideMoments(isNegative ? -sum : sum, squares));
    }

    private static void Write(BitWriter bits, ReadOnlySpan<ulong> words, int unit, ref int previous)
    {
        int first = 0;
        while (first < words.Length && words[first] == 0)
        {
            first++;
        }

        if (first == words.Length)
        {
            bits.Varint(0);
            return;
        }

        int last = words.Length - 1;
        while (words[last] == 0)
        {
            last--;
        }

        int low = (first * 64) + BitOperations.TrailingZeroCount(words[first]);
        int length = (last * 64) + 64 - BitOperations.LeadingZeroCount(words[last]) - low;
        bits.Varint((ulong)length);
        bits.Varint(TimeStream.ZigZag(unit + low - previous));
        previous = unit + low;
        for (int at = low; at < low + length; at += 64)
        {
            int word = at >> 6;
            int offset = at & 63;
            ulong value = words[word] >> offset;
            if (offset > 0 && word + 1 < words.Length)
            {
                value |= words[word + 1] << (64 - offset);
            }

            bits.Bits(value, Math.Min(64, low + length - at));
        }
    }

    private static BigInteger Read(ref BitReader bits, int unit, ref int previous)
    {
        ulong length = bits.Varint();
        if (length == 0)
        {
            return BigInteger.Zero;
        }

        long exponent = unchecked(previous + TimeStream.UnZigZag(bits.Varint()));
        if (length > MaxBits || exponent < unit || exponent - unit > MaxBits)
        {
            throw new StateFormatException("The sum of a window is out of range.");
        }

        previous = (int)exponent;
        BigInteger value = BigInteger.Zero;
        for (int at = 0; at < (int)length; at += 64)
        {
            value |= (BigInteger)bits.Bits(Math.Min(64, (int)length - at)) << at;
        }

        return value << (previous - unit);
    }

    private static ulong[] Words(BigInteger value)
    {
        ulong[] words = new ulong[((int)value.GetBitLength() + 63) / 64];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = (ulong)((value >> (64 * i)) & ulong.MaxValue);
        }

        return words;
    }
}
