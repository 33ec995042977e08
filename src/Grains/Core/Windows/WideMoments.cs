using System.Numerics;

namespace Millwright.Core.Windows;

/// <summary>
/// The sum and the sum of squares of any finite doubles: whole numbers of 2^-1074, the smallest double, and of its square. Slow, and
/// immutable, so that copies of an aggregate may share it.
/// </summary>
/// <param name="Sum">In units of 2^<see cref="Unit"/>.</param>
/// <param name="Squares">In units of 2^(2 <see cref="Unit"/>).</param>
internal sealed record WideMoments(BigInteger Sum, BigInteger Squares)
{
    public const int Unit = -1074;

    /// <summary>The biased exponent of doubles whose last bit is the unit.</summary>
    public const int Origin = 1;

    private const ulong Hidden = 1UL << 52;

    public WideMoments Plus(WideMoments other) => new(Sum + other.Sum, Squares + other.Squares);

    public WideMoments Plus(double value)
    {
        BigInteger whole = WholeOf(value);
        return new WideMoments(Sum + whole, Squares + (whole * whole));
    }

    public WideMoments Minus(double value)
    {
        BigInteger whole = WholeOf(value);
        return new WideMoments(Sum - whole, Squares - (whole * whole));
    }

    /// <summary>
    /// What the first version kept: rounded sums, and squares of deviations. The squares are made so that the variance comes out again.
    /// </summary>
    public static WideMoments FromRounded(long count, double sum, double deviations)
    {
        BigInteger whole = WholeOf(sum);
        return new WideMoments(whole, (WholeOf(deviations) << -Unit) + (whole * whole / count));
    }

    private static BigInteger WholeOf(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7ff);
        ulong mantissa = bits & (Hidden - 1);
        BigInteger whole = exponent == 0 ? mantissa : (BigInteger)(mantissa | Hidden) << (exponent - Origin);
        return bits >> 63 == 0 ? whole : -whole;
    }
}
