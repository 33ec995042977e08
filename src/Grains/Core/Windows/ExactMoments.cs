using System.Numerics;

namespace Millwright.Core.Windows;

/// <summary>
/// The sum and the sum of squares of doubles, exactly. Integers do not care about the order in which they are added, nor how they were
/// grouped, so what is read from them depends on the set of values alone.
/// Method: a piece of Kulisch's long accumulator (Kulisch and Miranker, Computer Arithmetic in Theory and Practice, 1981). A finite double
/// is a whole number of 53 bits times a power of two; the sum is kept as a whole number of 192 bits times 2^e, the sum of squares as one of
/// 256 bits times 2^(2e), and e is chosen by the first value. The refused alternative, expansions of doubles (Shewchuk, Discrete and
/// Computational Geometry 18, 1997), is as exact, but each of its steps waits for the floating-point additions of the one before.
/// The trap: a value may lie too far from the first one for these words. The origin then moves, if no bit is lost by that; otherwise the
/// numbers spill into <see cref="WideMoments"/>, which hold any double.
/// </summary>
internal partial struct ExactMoments
{
    /// <summary>
    /// A value reaches at most this many bits above the origin. Squares are then below 2^216, and 2^38 of them, more than any window
    /// holds, fit beside what a merge may leave. The sum never overflows before the squares do (Cauchy and Schwarz).
    /// </summary>
    private const int MaxShift = 55;

    /// <summary>So that what is not finite never fits: its exponent is 2047.</summary>
    private const int HighestOrigin = 2047 - MaxShift - 1;

    /// <summary>An origin that no value fits: what came before has spilled.</summary>
    private const int Spilled = 4096;

    private const int FractionBits = 52;
    private const ulong Hidden = 1UL << FractionBits;

    // Above this the next additions might not fit any more: two bits are kept free.
    private const ulong Full = 1UL << 62;

    private ulong sum0;
    private ulong sum1;
    private ulong sum2;
    private ulong squares0;
    private ulong squares1;
    private ulong squares2;
    private ulong squares3;
    private WideMoments? wide;

    // The biased exponent whose last mantissa bit is the unit of the sum.
    private int origin;

    public readonly bool IsWide => wide is not null;

    private readonly bool IsZero => (squares0 | squares1 | squares2 | squares3) == 0 && wide is null;

    /// <summary>Forgets all and begins with this value.</summary>
    public void Start(double value)
    {
        this = default;
        origin = OriginFor(Exponent(value));
        Add(value);
    }

    public void Add(double value)
    {
        unchecked
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(value);
            int shift = (int)((bits >> FractionBits) & 0x7ff) - origin;
            if ((uint)shift > MaxShift)
            {
                AddFar(value);
                return;
            }

            ulong mantissa = (bits & (Hidden - 1)) | Hidden;
            ulong low = mantissa << shift;
            ulong high = (mantissa >> 1) >> (63 - shift);

            // Two's complement without a branch: signals that swing around zero would mispredict it.
            ulong sign = (ulong)((long)bits >> 63);
            ulong one = sign & 1;
            ulong term0 = (low ^ sign) + one;
            ulong term1 = (high ^ sign) + (low == 0 ? one : 0);
            AddSum(term0, term1, sign);
            AddSquare(mantissa, shift * 2);
        }
    }

    public void Merge(in ExactMoments other)
    {
        if (other.IsZero)
        {
            return;
        }

        if (IsZero)
        {
            this = other;
            return;
        }

        ExactMoments added = other;
        if (wide is not null || other.wide is not null
            || (origin > added.origin && !TryMoveDown(added.origin)) || (added.origin > origin && !added.TryMoveDown(origin)))
        {
            wide = Wide().Plus(other.Wide());
            Spill();
            return;
        }

        AddSum(added.sum0, added.sum1, added.sum2);
        AddSquares(added.squares0, added.squares1, added.squares2, added.squares3);
        if (squares3 >= Full)
        {
            wide = Wide();
            Spill();
        }
    }

    /// <summary>The numbers in units of 2^<see cref="WideMoments.Unit"/>, for reading.</summary>
    public readonly WideMoments Wide()
    {
        if (wide is not null)
        {
            return wide;
        }

        int shift = origin - WideMoments.Origin;
        return new WideMoments(Sum() << shift, Squares() << (2 * shift));
    }

    /// <summary>Σx, correctly rounded.</summary>
    public readonly double SumOf() => wide is null ? NearestDouble.Of(Sum(), Unit) : NearestDouble.Of(wide.Sum, WideMoments.Unit);

    /// <summary>Σx ÷ n, correctly rounded.</summary>
    public readonly double MeanOf(long count) => wide is null
        ? NearestDouble.Of(Sum(), count, Unit)
        : NearestDouble.Of(wide.Sum, count, WideMoments.Unit);

    /// <summary>Population variance, correctly rounded: (n Σx² − (Σx)²) ÷ n², of which the difference is exact.</summary>
    public readonly double VarianceOf(long count)
    {
        (BigInteger sum, BigInteger squares, int unit) = Whole();
        BigInteger difference = (squares * count) - (sum * sum);

        // Negative only for what a version before this one has rounded.
        return difference.Sign <= 0 ? 0 : NearestDouble.Of(difference, (BigInteger)count * count, 2 * unit);
    }

    /// <summary>Σx² ÷ n, correctly rounded.</summary>
    public readonly double MeanSquareOf(long count) => wide is null
        ? NearestDouble.Of(Squares(), count, 2 * Unit)
        : NearestDouble.Of(wide.Squares, count, 2 * WideMoments.Unit);

    /// <summary>Σx and Σx² as whole numbers, in units of 2^unit and 2^(2 unit).</summary>
    public readonly (BigInteger Sum, BigInteger Squares, int Unit) Whole() =>
        wide is null ? (Sum(), Squares(), Unit) : (wide.Sum, wide.Squares, WideMoments.Unit);

    public readonly bool IsSame(in ExactMoments other)
    {
        WideMoments left = Wide();
        WideMoments right = other.Wide();
        return left.Sum == right.Sum && left.Squares == right.Squares;
    }

    private readonly int Unit => origin - WideMoments.Origin + WideMoments.Unit;

    private static int Exponent(double value) => (int)((BitConverter.DoubleToUInt64Bits(value) >> FractionBits) & 0x7ff);

    private void AddSum(ulong term0, ulong term1, ulong term2)
    {
        unchecked
        {
            sum0 += term0;
            ulong carry = sum0 < term0 ? 1UL : 0;
            term1 += carry;
            ulong next = term1 < carry ? 1UL : 0;
            sum1 += term1;
            next += sum1 < term1 ? 1UL : 0;
            sum2 += term2 + next;
        }
    }

    private void AddSquare(ulong mantissa, int shift)
    {
        unchecked
        {
            ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
            int bits = shift & 63;
            ulong term0 = low << bits;
            ulong term1 = (high << bits) | ((low >> 1) >> (63 - bits));
            ulong term2 = (high >> 1) >> (63 - bits);
            if (shift >= 64)
            {
                squares1 += term0;
                ulong above = squares1 < term0 ? 1UL : 0;
                term1 += above;
                above = term1 < above ? 1UL : 0;
                squares2 += term1;
                above += squares2 < term1 ? 1UL : 0;
                squares3 += term2 + above;
                return;
            }

            squares0 += term0;
            ulong carry = squares0 < term0 ? 1UL : 0;
            term1 += carry;
            carry = term1 < carry ? 1UL : 0;
            squares1 += term1;
            carry += squares1 < term1 ? 1UL : 0;
            term2 += carry;
            squares2 += term2;
            squares3 += squares2 < term2 ? 1UL : 0;
        }
    }

    private void AddSquares(ulong term0, ulong term1, ulong term2, ulong term3)
    {
        unchecked
        {
            squares0 += term0;
            ulong carry = squares0 < term0 ? 1UL : 0;
            term1 += carry;
            carry = term1 < carry ? 1UL : 0;
            squares1 += term1;
            carry += squares1 < term1 ? 1UL : 0;
            term2 += carry;
            carry = term2 < carry ? 1UL : 0;
            squares2 += term2;
            carry += squares2 < term2 ? 1UL : 0;
            squares3 += term3 + carry;
        }
    }

    private void Spill()
    {
        (sum0, sum1, sum2, origin) = (0, 0, 0, Spilled);
        (squares0, squares1, squares2, squares3) = (0, 0, 0, 0);
    }

    private readonly BigInteger Sum()
    {
        BigInteger low = new UInt128(sum1, sum0);
        return low + ((BigInteger)unchecked((long)sum2) << 128);
    }

    private readonly BigInteger Squares() =>
        (BigInteger)new UInt128(squares1, squares0) + ((BigInteger)new UInt128(squares3, squares2) << 128);
}
