using System.Buffers;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class ExactSumTests
{
    private static readonly double[] Hard =
    [
        0, -0.0, 1, -1, 0.1, 1e15, 1e15 + 0.125, 1e-16, 1e-300, -1e100, 1e100, double.Epsilon, 3, -7.25, 1e15 + 1, 1e-9,
    ];

    private static Gen<double> Values =>
        Gen.OneOf(Gen.Elements(Hard), Gen.Choose(-1_000_000, 1_000_000).Select(i => i / 977.0), Gen.Choose(-30, 30).Select(e => Math.Pow(10, e)));

    [Fact]
    public void Sum_IsThatOfWholeNumbers_HoweverFarApart() => Properties.Hold(
        Values.ListOf(40),
        values =>
        {
            var sum = default(ExactSum);
            BigInteger expected = 0;
            foreach (double value in values)
            {
                sum.Add(value, 12_345);
                expected += Exact(value) * 12_345;
            }

            return Exact(sum) == expected;
        });

    [Fact]
    public void WhatIsTakenBack_LeavesNothing() => Properties.Hold(
        Values.ListOf(30),
        values =>
        {
            var sum = default(ExactSum);
            sum.Add(5.5);
            foreach ((double value, long factor) in values.Select(v => (v, 3L)).Concat(values.Select(v => (v, -3L))))
            {
                sum.Add(value, factor);
            }

            return Exact(sum) == Exact(5.5);
        });

    [Fact]
    public void MergedOrStored_IsTheSame_ToTheByte() => Properties.Hold(
        from left in Values.ListOf(20)
        from right in Values.ListOf(20)
        select (left, right),
        c =>
        {
            ExactSum all = Of(c.left.Concat(c.right));
            ExactSum merged = Of(c.left);
            merged.Merge(Of(c.right));
            ExactSum stored = ExactSum.Restore(new StateReader(Bytes(merged)));
            stored.Add(0.1, 7);
            merged.Add(0.1, 7);
            all.Add(0.1, 7);
            return Bytes(all).SequenceEqual(Bytes(merged)) && Bytes(all).SequenceEqual(Bytes(stored));
        });

    [Fact]
    public void Moments_TakenBack_AreThoseOfWhatIsLeft() => Properties.Hold(
        from stay in Values.ListOf(20)
        from go in Values.ListOf(20)
        where stay.Count > 0 && go.Count > 0
        select (stay, go),
        c =>
        {
            double[] all = [.. c.go.Concat(c.stay)];
            var moments = default(ExactMoments);
            moments.Start(all[0]);
            foreach (double value in all[1..])
            {
                moments.Add(value);
            }

            foreach (double value in c.go)
            {
                moments.Remove(value);
            }

            var expected = default(ExactMoments);
            expected.Start(c.stay[0]);
            foreach (double value in c.stay.Skip(1))
            {
                expected.Add(value);
            }

            return moments.IsSame(expected) && ExactMoments.From(moments.Wide()).IsSame(expected);
        });

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1e15, 1_000)]
    [InlineData(-1e9, 300)]
    [InlineData(1e-20, 300)]
    public void Kurtosis_IsThatOfRationalNumbers(double offset, int count)
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => offset + Math.Pow(random.NextDouble(), 5) - random.NextDouble())];
        var rule = new WindowRule { Kind = WindowKind.Session, Gap = TimeSpan.FromSeconds(1), Aggregates = WindowAggregates.Kurtosis };
        ValueShape shape = ValueShape.For(rule, canForget: false)!;
        var moments = default(ExactMoments);
        moments.Start(values[0]);
        shape.Add(values[0]);
        foreach (double value in values[1..])
        {
            moments.Add(value);
            shape.Add(value);
        }

        Assert.Equal(Kurtosis(values), shape.Kurtosis(moments, count)!.Value, 1e-14 * Kurtosis(values));
    }

    /// <summary>In units of 2^-1074.</summary>
    private static BigInteger Exact(double value)
    {
        (ulong mantissa, int exponent, bool isNegative) = ExactSum.Split(value);
        BigInteger whole = (BigInteger)mantissa << (exponent + 1074);
        return isNegative ? -whole : whole;
    }

    private static BigInteger Exact(in ExactSum sum)
    {
        (BigInteger value, int unit) = sum.Whole();
        return unit >= -1074 ? value << (unit + 1074) : value >> (-1074 - unit);
    }

    private static double Kurtosis(double[] values)
    {
        BigInteger[] whole = [.. values.Select(Exact)];
        BigInteger sum = whole.Aggregate(BigInteger.Zero, (a, b) => a + b);
        BigInteger second = 0;
        BigInteger fourth = 0;
        foreach (BigInteger value in whole)
        {
            BigInteger deviation = (value * values.Length) - sum;
            second += deviation * deviation;
            fourth += deviation * deviation * deviation * deviation;
        }

        BigInteger scale = BigInteger.Pow(10, 20);
        return (double)(fourth * values.Length * scale / (second * second)) / 1e20;
    }

    private static ExactSum Of(IEnumerable<double> values)
    {
        var sum = default(ExactSum);
        foreach (double value in values)
        {
            sum.Add(value);
        }

        return sum;
    }

    private static byte[] Bytes(ExactSum sum)
    {
        var buffer = new ArrayBufferWriter<byte>();
        sum.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
