using System.Numerics;
using Millwright.Core.State;

namespace Millwright.Core.Windows;

/// <summary>
/// What kurtosis and quantiles need beside the sums that every window has: exact sums of third and fourth powers, and a sketch. Mergeable,
/// and a function of the multiset of values.
/// </summary>
internal sealed class ValueShape
{
    private const byte HasPowers = 1;
    private const byte HasSketch = 2;
    private readonly bool canForget;
    private readonly bool hasPowers;
    private QuantileSketch? sketch;
    private ExactSum cubes;
    private ExactSum fourths;

    private ValueShape(bool hasPowers, bool hasSketch, bool canForget)
    {
        this.hasPowers = hasPowers;
        this.canForget = canForget;
        sketch = hasSketch ? new QuantileSketch(canForget) : null;
    }

    /// <summary>Bytes held.</summary>
    public int Size => 48 + (2 * 96) + (sketch?.Size ?? 0);

    /// <summary>Null when the rule wants nothing of this.</summary>
    /// <param name="canForget">Values will be taken back.</param>
    public static ValueShape? For(WindowRule rule, bool canForget)
    {
        bool hasPowers = rule.Wants(WindowAggregates.Kurtosis);
        bool hasSketch = rule.Wants(WindowAggregates.Quantiles);
        return hasPowers || hasSketch ? new ValueShape(hasPowers, hasSketch, canForget) : null;
    }

    public void Add(double value)
    {
        if (hasPowers)
        {
            AddPowers(value, isRemoval: false);
        }

        sketch?.Add(value);
    }

    public void Remove(double value)
    {
        if (hasPowers)
        {
            AddPowers(value, isRemoval: true);
        }

        sketch?.Remove(value);
    }

    /// <summary>Both of the same rule.</summary>
    public void Merge(ValueShape other)
    {
        cubes.Merge(other.cubes);
        fourths.Merge(other.fourths);
        if (other.sketch is not null)
        {
            sketch?.Merge(other.sketch);
        }
    }

    public ValueShape Copy()
    {
        var copy = new ValueShape(hasPowers, sketch is not null, canForget);
        copy.Merge(this);
        return copy;
    }

    /// <summary>Words that a distant value has left for one big integer come back when it is gone.</summary>
    public void Narrow()
    {
        cubes.Narrow();
        fourths.Narrow();
    }

    /// <summary>
    /// n Σ(x−µ)⁴ ÷ (Σ(x−µ)²)², correctly rounded: both are exact before the division. Null when nothing varies.
    /// </summary>
    public double? Kurtosis(in ExactMoments moments, long count)
    {
        (BigInteger sum, BigInteger squares, int unit) = moments.Whole();
        BigInteger spread = (squares * count) - (sum * sum);
        if (!hasPowers || spread.Sign <= 0)
        {
            return null;
        }

        // In units of u, u², u³ and u⁴, the finest that all can be written in.
        (BigInteger third, int thirdUnit) = cubes.Whole();
        (BigInteger fourth, int fourthUnit) = fourths.Whole();
        int lowest = Math.Min(unit, Math.Min(Quotient(thirdUnit, 3), Quotient(fourthUnit, 4)));
        int finer = unit - lowest;
        sum <<= finer;
        squares <<= 2 * finer;
        spread <<= 2 * finer;
        third <<= thirdUnit - (3 * lowest);
        fourth <<= fourthUnit - (4 * lowest);
        BigInteger n = count;
        BigInteger square = sum * sum;
        BigInteger deviations = (n * n * n * fourth) - (4 * n * n * sum * third) + (6 * n * square * squares) - (3 * square * square);
        return NearestDouble.Of(deviations, spread * spread, 0);
    }

    /// <summary>Within [minimum, maximum], where the bin may reach beyond them.</summary>
    public double? Quantile(double share, double minimum, double maximum) =>
        sketch is { Count: > 0 } ? Math.Clamp(sketch.Quantile(share), minimum, maximum) : null;

    /// <summary>Null while it is the finest, which the documentation states.</summary>
    public double? QuantileError => sketch is { IsFinest: false } ? sketch.Error : null;

    /// <summary>For states that a restore does not rebuild from values.</summary>
    public void Save(StateWriter writer)
    {
        writer.Byte((byte)((hasPowers ? HasPowers : 0) | (sketch is null ? 0 : HasSketch)));
        if (hasPowers)
        {
            cubes.Save(writer);
            fourths.Save(writer);
        }

        sketch?.Save(writer);
    }

    public static ValueShape Restore(StateReader reader)
    {
        byte parts = reader.Byte();
        var shape = new ValueShape((parts & HasPowers) != 0, hasSketch: false, canForget: false);
        if (shape.hasPowers)
        {
            shape.cubes = ExactSum.Restore(reader);
            shape.fourths = ExactSum.Restore(reader);
        }

        shape.sketch = (parts & HasSketch) != 0 ? QuantileSketch.Restore(reader, canForget: false) : null;
        return shape;
    }

    /// <summary>It holds what the rule wants, so that it may stand in a result of that rule.</summary>
    public bool Serves(WindowRule rule) =>
        hasPowers == rule.Wants(WindowAggregates.Kurtosis) && (sketch is not null) == rule.Wants(WindowAggregates.Quantiles);

    private static int Quotient(int value, int divisor) => (int)Math.Floor((double)value / divisor);

    private void AddPowers(double value, bool isRemoval)
    {
        if (value == 0)
        {
            return;
        }

        unchecked
        {
            (ulong mantissa, int exponent, bool isNegative) = ExactSum.Split(value);
            ulong high = Math.BigMul(mantissa, mantissa, out ulong low);
            ulong highProduct = Math.BigMul(high, mantissa, out ulong middle);
            ulong carried = Math.BigMul(low, mantissa, out ulong lowest);
            var cube = new UInt128(highProduct, middle) + carried;
            cubes.AddTerm([lowest, (ulong)cube, (ulong)(cube >> 64), 0], 3 * exponent, isNegative != isRemoval);

            var square = new UInt128(high, low);
            UInt128 lows = (UInt128)low * low;
            UInt128 mixed = (UInt128)low * high;
            UInt128 highs = (UInt128)high * high;
            UInt128 second = (lows >> 64) + ((mixed & ulong.MaxValue) << 1);
            UInt128 above = highs + (mixed >> 64 << 1) + (second >> 64);
            fourths.AddTerm([(ulong)lows, (ulong)second, (ulong)above, (ulong)(above >> 64)], 4 * exponent, isRemoval);
        }
    }
}
