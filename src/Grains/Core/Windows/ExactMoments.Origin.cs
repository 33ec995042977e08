using System.Numerics;

namespace Millwright.Core.Windows;

/// <summary>Where the words begin, and what is done with a value that they do not reach.</summary>
internal partial struct ExactMoments
{
    /// <summary>
    /// The sum's magnitude and the squares as words, least first, and the exponent of the sum's unit. False when words do not hold them.
    /// </summary>
    public readonly bool TryCopyTo(Span<ulong> sum, Span<ulong> squares, out bool isNegative, out int unit)
    {
        unit = Unit;
        isNegative = unchecked((long)sum2) < 0;
        if (wide is not null)
        {
            return false;
        }

        (squares[0], squares[1], squares[2], squares[3]) = (squares0, squares1, squares2, squares3);
        (sum[0], sum[1], sum[2]) = (sum0, sum1, sum2);
        if (isNegative)
        {
            unchecked
            {
                sum[0] = ~sum0 + 1;
                sum[1] = ~sum1 + (sum[0] == 0 ? 1UL : 0);
                sum[2] = ~sum2 + ((sum[0] | sum[1]) == 0 ? 1UL : 0);
            }
        }

        return true;
    }

    /// <summary>From what was read; in words when it fits, for what comes on top.</summary>
    public static ExactMoments From(WideMoments moments)
    {
        if (moments.Squares.IsZero)
        {
            return new ExactMoments { origin = OriginFor(0) };
        }

        // Where a value of the usual size would put it, unless bits would be lost below.
        long length = moments.Squares.GetBitLength();
        int lossless = (int)Math.Min(TrailingZeros(moments.Squares) / 2, TrailingZeros(moments.Sum));
        int origin = Math.Min(OriginFor((int)Math.Clamp(((length - 1) / 2) - FractionBits + 1, 1, 2046)), lossless + WideMoments.Origin);
        int shift = origin - WideMoments.Origin;
        if (length - (2 * shift) > 254)
        {
            return new ExactMoments { wide = moments, origin = Spilled };
        }

        var narrow = new ExactMoments { origin = origin };
        Span<ulong> words = stackalloc ulong[4];
        Words(moments.Squares >> (2 * shift), words);
        (narrow.squares0, narrow.squares1, narrow.squares2, narrow.squares3) = (words[0], words[1], words[2], words[3]);
        Words(moments.Sum >> shift, words[..3]);
        (narrow.sum0, narrow.sum1, narrow.sum2) = (words[0], words[1], words[2]);
        return narrow;
    }

    /// <summary>
    /// Well below the value and on a coarse grid, so that panes of one signal mostly share it. A zero says nothing of what will come: 1.
    /// </summary>
    private static int OriginFor(int exponent) => Math.Clamp(((exponent == 0 ? 1023 : exponent) - 16) & ~15, 1, HighestOrigin);

    private static long TrailingZeros(BigInteger value) => value.IsZero ? long.MaxValue : (long)BigInteger.TrailingZeroCount(value);

    private static void Words(BigInteger value, Span<ulong> words)
    {
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = (ulong)((value >> (64 * i)) & ulong.MaxValue);
        }
    }

    /// <summary>A zero, or a value that the origin is not made for.</summary>
    private void AddFar(double value)
    {
        if (value == 0)
        {
            return;
        }

        Invariant.Holds(double.IsFinite(value));
        int exponent = Exponent(value);
        if (IsZero && exponent > 0)
        {
            Start(value);
        }
        else if (wide is null && TryMoveTo(exponent))
        {
            Add(value);
        }
        else
        {
            wide = Wide().Plus(value);
            Spill();
        }
    }

    /// <summary>Moves the origin to where a value of this exponent fits, if that loses no bit.</summary>
    private bool TryMoveTo(int exponent)
    {
        if (exponent == 0)
        {
            return false;
        }

        if (exponent < origin)
        {
            return TryMoveDown(OriginFor(exponent)) || TryMoveDown(exponent);
        }

        return TryMoveUp(Math.Min(HighestOrigin, (exponent - MaxShift + 15) & ~15));
    }

    private bool TryMoveUp(int target)
    {
        int shift = target - origin;
        if (LowestBit(squares0, squares1, squares2, squares3) < 2 * shift || LowestBit(sum0, sum1, sum2, 0) < shift)
        {
            return false;
        }

        (squares0, squares1, squares2, squares3) = Right(squares0, squares1, squares2, squares3, 2 * shift);
        (sum0, sum1, sum2, _) = Right(sum0, sum1, sum2, unchecked((ulong)((long)sum2 >> 63)), shift);
        origin = target;
        return true;
    }

    private bool TryMoveDown(int target)
    {
        int shift = origin - target;
        if (2 * shift > HighestFree(squares0, squares1, squares2, squares3) - 2)
        {
            return false;
        }

        (squares0, squares1, squares2, squares3) = Left(squares0, squares1, squares2, squares3, 2 * shift);
        (sum0, sum1, sum2, _) = Left(sum0, sum1, sum2, 0, shift);
        origin = target;
        return true;
    }

    private static int LowestBit(ulong word0, ulong word1, ulong word2, ulong word3) =>
        word0 != 0 ? BitOperations.TrailingZeroCount(word0)
        : word1 != 0 ? 64 + BitOperations.TrailingZeroCount(word1)
        : word2 != 0 ? 128 + BitOperations.TrailingZeroCount(word2)
        : word3 != 0 ? 192 + BitOperations.TrailingZeroCount(word3) : int.MaxValue;

    /// <summary>How many bits are free at the top.</summary>
    private static int HighestFree(ulong word0, ulong word1, ulong word2, ulong word3) =>
        word3 != 0 ? BitOperations.LeadingZeroCount(word3)
        : word2 != 0 ? 64 + BitOperations.LeadingZeroCount(word2)
        : word1 != 0 ? 128 + BitOperations.LeadingZeroCount(word1) : 192 + BitOperations.LeadingZeroCount(word0);

    private static (ulong, ulong, ulong, ulong) Left(ulong word0, ulong word1, ulong word2, ulong word3, int shift)
    {
        for (; shift >= 64; shift -= 64)
        {
            (word0, word1, word2, word3) = (0, word0, word1, word2);
        }

        int back = 63 - shift;
        return (
            word0 << shift,
            (word1 << shift) | ((word0 >> 1) >> back),
            (word2 << shift) | ((word1 >> 1) >> back),
            (word3 << shift) | ((word2 >> 1) >> back));
    }

    private static (ulong, ulong, ulong, ulong) Right(ulong word0, ulong word1, ulong word2, ulong word3, int shift)
    {
        for (; shift >= 64; shift -= 64)
        {
            (word0, word1, word2, word3) = (word1, word2, word3, unchecked((ulong)((long)word3 >> 63)));
        }

        int back = 63 - shift;
        return (
            (word0 >> shift) | ((word1 << 1) << back),
            (word1 >> shift) | ((word2 << 1) << back),
            (word2 >> shift) | ((word3 << 1) << back),
            unchecked((ulong)((long)word3 >> shift)));
    }
}
