using System.Numerics;
using System.Runtime.CompilerServices;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// The sum of whole numbers times powers of two, exactly: of third and fourth powers, of products of value and time, of differences. As
/// <see cref="ExactMoments"/> it does not care about order or grouping, and it can take back what was added. A term has at most 216 bits.
/// Method: 512 bits in two's complement whose unit is chosen by the first term, far below it. The trap is a term that these bits do not
/// reach, such as the fourth power of 1e-16 beside that of 1: the sum then goes on as one big integer, as exact and ten times slower.
/// </summary>
internal struct ExactSum
{
    private const int Words = 8;
    private const int TermWords = 4;

    // A term of 216 bits ends below bit 476, so 2^34 of them fit beside the sign.
    private const int MaxShift = 260;

    // Terms may be this much smaller than the first one: of fourth powers those of values 32 times as many octaves lower.
    private const int Below = 130;
    private const int MaxBits = 500;

    private Block words;
    private BigInteger wide;
    private int unit;
    private bool isStarted;
    private bool isWide;

    public readonly bool IsZero => isWide ? wide.IsZero : !isStarted || Sum().IsZero;

    /// <summary>The sum in units of 2^Unit.</summary>
    public readonly (BigInteger Value, int Unit) Whole() => isWide ? (wide, unit) : isStarted ? (Sum(), unit) : (BigInteger.Zero, 0);

    /// <summary>value × factor, exactly.</summary>
    public void Add(double value, long factor = 1)
    {
        if (value == 0 || factor == 0)
        {
            return;
        }

        (ulong mantissa, int exponent, bool isNegative) = Split(value);
        ulong high = Math.BigMul(mantissa, (ulong)Math.Abs(factor), out ulong low);
        AddTerm([low, high, 0, 0], exponent, isNegative != (factor < 0));
    }

    /// <summary>± term × 2^exponent.</summary>
    /// <param name="term">Four words, least first.</param>
    public void AddTerm(ReadOnlySpan<ulong> term, int exponent, bool isNegative)
    {
        if (!isStarted)
        {
            // On a coarse grid, so that the panes of one signal share it.
            unit = (exponent - Below) & ~63;
            isStarted = true;
        }

        int shift = exponent - unit;
        if (isWide || shift is < 0 or > MaxShift)
        {
            AddWide(Whole(term), exponent, isNegative);
        }
        else
        {
            Accumulate(term, shift, isNegative);
        }
    }

    public void Merge(in ExactSum other)
    {
        if (!other.isStarted)
        {
            return;
        }

        if (!isStarted)
        {
            this = other;
            return;
        }

        if (!isWide && !other.isWide && unit == other.unit)
        {
            ulong carry = 0;
            Span<ulong> sum = words;
            ReadOnlySpan<ulong> added = other.words;
            for (int i = 0; i < Words; i++)
            {
                carry = Plus(ref sum[i], added[i], carry);
            }

            return;
        }

        (BigInteger value, int otherUnit) = other.Whole();
        AddWide(value, otherUnit, isNegative: false);
        Narrow();
    }

    /// <summary>Back into words, if what is left fits there again.</summary>
    public void Narrow()
    {
        if (isWide)
        {
            this = From(wide, unit);
        }
    }

    /// <summary>The same number gives the same bytes, whatever held it.</summary>
    public readonly void Save(StateWriter writer)
    {
        (BigInteger value, int exponent) = Whole();
        if (!value.IsZero)
        {
            int zeros = (int)BigInteger.TrailingZeroCount(value);
            value >>= zeros;
            exponent += zeros;
        }

        writer.Int32(value.IsZero ? 0 : exponent);
        writer.Bytes(value.ToByteArray());
    }

    public static ExactSum Restore(StateReader reader)
    {
        int exponent = reader.Int32();
        byte[] bytes = reader.Bytes();
        return bytes.Length <= 4096 && Math.Abs((long)exponent) <= 16_384
            ? From(new BigInteger(bytes), exponent) : throw new StateFormatException("The sum of a window is out of range.");
    }

    /// <summary>Mantissa, exponent of its last bit, and sign of a finite double.</summary>
    internal static (ulong Mantissa, int Exponent, bool IsNegative) Split(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7ff);
        ulong mantissa = bits & ((1UL << 52) - 1);
        return (exponent == 0 ? mantissa : mantissa | (1UL << 52), Math.Max(exponent, 1) - 1075, bits >> 63 != 0);
    }

    private static ExactSum From(BigInteger value, int exponent)
    {
        if (value.IsZero)
        {
            return default;
        }

        long length = value.GetBitLength();
        long top = exponent + length;

        // Where the first term would have put it, or as low as the lowest bit demands.
        int unit = (int)Math.Min(exponent, top - 212 - Below) & ~63;
        if (top - unit > MaxBits)
        {
            unit = exponent & ~63;
        }

        if (top - unit > MaxBits)
        {
            return new ExactSum { wide = value, unit = exponent, isStarted = true, isWide = true };
        }

        var sum = new ExactSum { unit = unit, isStarted = true };
        BigInteger whole = value << (exponent - unit);
        Span<ulong> words = sum.words;
        for (int i = 0; i < Words; i++)
        {
            words[i] = (ulong)((whole >> (64 * i)) & ulong.MaxValue);
        }

        return sum;
    }

    private static BigInteger Whole(ReadOnlySpan<ulong> term) =>
        (BigInteger)new UInt128(term[1], term[0]) + ((BigInteger)new UInt128(term[3], term[2]) << 128);

    private static ulong Plus(ref ulong word, ulong term, ulong carry)
    {
        unchecked
        {
            ulong sum = word + term;
            ulong next = sum < term ? 1UL : 0;
            word = sum + carry;
            return next + (word < carry ? 1UL : 0);
        }
    }

    private static ulong Minus(ref ulong word, ulong term, ulong borrow)
    {
        unchecked
        {
            ulong difference = word - term;
            ulong next = word < term ? 1UL : 0;
            word = difference - borrow;
            return next + (difference < borrow ? 1UL : 0);
        }
    }

    private void Accumulate(ReadOnlySpan<ulong> term, int shift, bool isNegative)
    {
        int at = shift >> 6;
        int bits = shift & 63;
        ulong below = 0;
        ulong carry = 0;
        Span<ulong> sum = words;
        for (int i = 0; at < Words; i++, at++)
        {
            ulong word = i < TermWords ? term[i] : 0;
            ulong part = (word << bits) | ((below >> 1) >> (63 - bits));
            below = word;
            if (i > TermWords && carry == 0)
            {
                return;
            }

            carry = isNegative ? Minus(ref sum[at], part, carry) : Plus(ref sum[at], part, carry);
        }
    }

    private void AddWide(BigInteger value, int exponent, bool isNegative)
    {
        (BigInteger sum, int sumUnit) = Whole();
        BigInteger added = isNegative ? -value : value;
        int lowest = Math.Min(sumUnit, exponent);
        wide = (sum << (sumUnit - lowest)) + (added << (exponent - lowest));
        (words, unit, isStarted, isWide) = (default, lowest, true, true);
    }

    private readonly BigInteger Sum()
    {
        ReadOnlySpan<ulong> span = words;
        BigInteger value = unchecked((long)span[Words - 1]);
        for (int i = Words - 2; i >= 0; i--)
        {
            value = (value << 64) + span[i];
        }

        return value;
    }

    [InlineArray(Words)]
    private struct Block
    {
        private ulong word;
    }
}
