using System.Numerics;

namespace Millwright.Core.Windows;

/// <summary>
/// The double nearest to a number that is known exactly, ties to even: one rounding, at the end, so that the result is a function of the
/// number and not of a way to compute it.
/// </summary>
internal static class NearestDouble
{
    private const int MinExponent = -1074;

    // Enough for 53 bits, a rounding bit, and one that says whether anything is left below.
    private const int QuotientBits = 66;

    /// <summary>value × 2^exponent.</summary>
    public static double Of(BigInteger value, int exponent) => Round(BigInteger.Abs(value), exponent, value.Sign < 0);

    /// <summary>value ÷ divisor × 2^exponent.</summary>
    public static double Of(BigInteger value, BigInteger divisor, int exponent)
    {
        BigInteger dividend = BigInteger.Abs(value);
        int shift = QuotientBits - (int)(dividend.GetBitLength() - divisor.GetBitLength());
        if (shift > 0)
        {
            dividend <<= shift;
        }
        else
        {
            divisor <<= -shift;
        }

        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger left);

        // The last bit is far below the rounding bit, so it may stand for all that is left.
        return Round(left.IsZero ? quotient : quotient | 1, exponent - shift, value.Sign < 0);
    }

    private static double Round(BigInteger magnitude, int exponent, bool isNegative)
    {
        if (magnitude.IsZero)
        {
            return 0;
        }

        int length = (int)magnitude.GetBitLength();
        int unit = Math.Max(exponent + length - 53, MinExponent);
        int cut = unit - exponent;
        if (cut > 0)
        {
            BigInteger kept = magnitude >> cut;
            BigInteger half = BigInteger.One << (cut - 1);
            int order = (magnitude - (kept << cut)).CompareTo(half);
            magnitude = order > 0 || (order == 0 && !kept.IsEven) ? kept + 1 : kept;
            exponent = unit;
        }

        // At most 53 bits and a representable exponent: both steps are exact, or overflow to infinity as they should.
        double result = Math.ScaleB((double)(ulong)magnitude, exponent);
        return isNegative ? -result : result;
    }
}
