using System.Buffers;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>Aggregates depend on the set of their samples alone, and are as exact as a double can say.</summary>
public sealed class ExactAggregateTests
{
    private static readonly double[] Odd =
    [
        0.0, -0.0, 1, -1, 0.1, 1_000_000.001, 1_000_000.002, 1e-300, -1e-300, double.Epsilon, -double.Epsilon, 2.2250738585072014e-308,
        1e100, -1e100, 9.9e99, 1e-17, 3.5e17, -7e9, 12_345.678, 1024, 1 / 3.0,
    ];

    private const string Golden =
        "040000009902000001020303e0203829e2e664bbc22a00806b000000000001a4bc81c3effa18c189374bc6b8bdffc010624dd2f1ac3002" +
        "000000000000307ffc325c17d04dad2b5f089705f4136b4ad05207fe010624dd2f1ab87ddadec67c5f804226036b1026036b1024a94602" +
        "dd5176b7504dad2b006254c038e041588cf40f032e573996db648b9aa01ed00c4c5974c04afa953742afc3c00000000000000040000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000a5671c0000000003ed61e13742bfe3c00" +
        "00000000000002000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
        "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000019c9fbe" +
        "73f1620001ed8d34e547313500";

    private static Gen<double> Values => Gen.OneOf(
        Gen.Elements(Odd),
        Gen.Choose(-2_000_000, 2_000_000).Select(v => v / 1000.0),
        from mantissa in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(0, int.MaxValue)
        from exponent in Gen.Choose(-1060, 300)
        select Math.ScaleB(mantissa + (low / 4_294_967_296.0), exponent));

    [Fact]
    public void AnyOrder_AndAnyMergeTree_GiveTheSameBits() => Properties.Hold(
        from values in Values.NonEmptyListOf()
        from seed in Gen.Choose(0, int.MaxValue)
        select (Values: values.ToArray(), seed),
        c =>
        {
            string expected = Bits(Of([.. c.Values.Select((v, i) => (i, v))]));
            var random = new Random(c.seed);
            for (int round = 0; round < 4; round++)
            {
                (int, double)[] shuffled = [.. c.Values.Select((v, i) => (i, v))];
                random.Shuffle(shuffled);
                if (Bits(Of(shuffled)) != expected || Bits(Tree(shuffled, random)) != expected)
                {
                    return false;
                }
            }

            return true;
        });

    [Fact]
    public void Figures_AreTheNearestDoubles_OfTheExactOnes() => Properties.Hold(
        Values.NonEmptyListOf(),
        values =>
        {
            WindowAggregate aggregate = Of([.. values.Select((v, i) => (i, v))]);
            Rational sum = values.Aggregate(Rational.Zero, (all, v) => all + Rational.Of(v));
            Rational squares = values.Aggregate(Rational.Zero, (all, v) => all + (Rational.Of(v) * Rational.Of(v)));
            var count = new Rational(values.Count, 1);
            Rational variance = (squares / count) - ((sum / count) * (sum / count));
            return sum.IsNearest(aggregate.Sum) && (sum / count).IsNearest(aggregate.Mean) && variance.IsNearest(aggregate.Variance);
        });

    [Fact]
    public void Variance_IsExact_WhereOneInABillionVaries()
    {
        double[] values = [1_000_000_000.001, 1_000_000_000.002, 1_000_000_000.003];
        WindowAggregate aggregate = Of([.. values.Select((v, i) => (i, v))]);

        // The doubles nearest to these decimals vary by multiples of 2^-23, and so does what is computed from them.
        double step = values[1] - values[0];
        double other = values[2] - values[1];
        double mean = (step + step + other) / 3;
        double expected = ((mean * mean) + ((mean - step) * (mean - step)) + ((mean - step - other) * (mean - step - other))) / 3;
        Assert.Equal(expected, aggregate.Variance, expected * 1e-12);
    }

    [Fact]
    public void Snapshot_KeepsEveryBit_AndItsOwnBytes() => Properties.Hold(
        from panes in Values.NonEmptyListOf().NonEmptyListOf()
        select panes.Select(p => p.ToArray()).ToArray(),
        panes =>
        {
            WindowAggregate[] aggregates = [.. panes.Select((p, i) => Of([.. p.Select((v, j) => ((i * 1000) + j, v))]))];
            byte[] saved = Save(aggregates);
            var reader = new StateReader(saved);
            WindowAggregate[] restored = AggregateColumns.Restore(reader, 2048, AggregateColumns.Version);
            return reader.IsAtEnd && aggregates.Select(Bits).SequenceEqual(restored.Select(Bits))
                && aggregates.SequenceEqual(restored) && Save(restored).AsSpan().SequenceEqual(saved);
        });

    [Fact]
    public void Snapshot_CutAnywhere_IsRefused()
    {
        byte[] saved = Save([Of([(0, 1.5), (1, 2.5), (2, 1e-9)]), Of([(10, 70.1), (11, -3), (12, 70.3), (13, 1e90)])]);

        for (int length = 0; length < saved.Length; length++)
        {
            var reader = new StateReader(saved.AsMemory(0, length));
            Assert.Throws<StateFormatException>(() => AggregateColumns.Restore(reader, 2048, AggregateColumns.Version));
        }
    }

    [Fact]
    public void Infinity_IsNotTaken()
    {
        WindowAggregate aggregate = Of([(0, 1e300)]);

        Assert.Throws<InvalidOperationException>(() => aggregate.Add(Moments.At(1), double.PositiveInfinity));
        Assert.Throws<InvalidOperationException>(() => aggregate.Add(Moments.At(1), double.NaN));
    }

    /// <summary>Bytes that this version has written must be read by the next: when they change, the version does.</summary>
    [Fact]
    public void Snapshot_IsTheGoldenOne()
    {
        string saved = Convert.ToHexStringLower(Save(
        [
            Of([(0, 21.5)]), Of([(10, 70.125), (12, -3)]), Of([(20, 1.001), (21, 1.002), (22, 1e-9)]), Of([(30, 5e-324), (31, 1e90), (39, -0.0)]),
        ]));

        Assert.True(saved == Golden, saved);
    }

    private static byte[] Save(WindowAggregate[] aggregates)
    {
        var buffer = new ArrayBufferWriter<byte>();
        AggregateColumns.Save(new StateWriter(buffer), aggregates);
        return buffer.WrittenSpan.ToArray();
    }

    private static WindowAggregate Of((int Second, double Value)[] samples)
    {
        WindowAggregate aggregate = default;
        foreach ((int second, double value) in samples)
        {
            aggregate.Add(Moments.At(second), value);
        }

        return aggregate;
    }

    private static WindowAggregate Tree((int, double)[] samples, Random random)
    {
        if (samples.Length < 2)
        {
            return Of(samples);
        }

        int cut = random.Next(samples.Length);
        WindowAggregate left = Tree2(samples[..cut], random);
        left.Merge(Tree2(samples[cut..], random));
        return left;
    }

    private static WindowAggregate Tree2((int, double)[] samples, Random random) =>
        random.Next(3) == 0 ? Of(samples) : samples.Length < 2 ? Of(samples) : Tree(samples, random);

    private static string Bits(WindowAggregate a) => $"{a.Count} " + string.Join(
        ' ', new[] { a.Sum, a.Mean, a.Variance, a.Minimum, a.Maximum, a.First, a.Last }.Select(BitConverter.DoubleToInt64Bits));

    /// <summary>The reference: exact, slow, and written without a look at what it checks.</summary>
    private readonly record struct Rational(BigInteger Top, BigInteger Bottom)
    {
        public static Rational Zero => new(0, 1);

        public static Rational operator +(Rational a, Rational b) => new((a.Top * b.Bottom) + (b.Top * a.Bottom), a.Bottom * b.Bottom);

        public static Rational operator -(Rational a, Rational b) => new((a.Top * b.Bottom) - (b.Top * a.Bottom), a.Bottom * b.Bottom);

        public static Rational operator *(Rational a, Rational b) => new(a.Top * b.Top, a.Bottom * b.Bottom);

        public static Rational operator /(Rational a, Rational b) => new(a.Top * b.Bottom, a.Bottom * b.Top);

        /// <summary>A double is a whole number after 1,074 doublings, whatever it is.</summary>
        public static Rational Of(double value)
        {
            BigInteger scale = BigInteger.One;
            while (Math.Floor(value) != value)
            {
                value *= 2;
                scale *= 2;
            }

            return new Rational(new BigInteger(value), scale);
        }

        /// <summary>No neighbour of the double is nearer; of two that are as near, the even one is right.</summary>
        public bool IsNearest(double value)
        {
            Rational distance = Distance(value);
            foreach (double neighbour in new[] { Math.BitDecrement(value), Math.BitIncrement(value) })
            {
                int order = Compare(distance, Distance(neighbour));
                if (order > 0 || (order == 0 && (BitConverter.DoubleToInt64Bits(value) & 1) != 0))
                {
                    return false;
                }
            }

            return true;
        }

        private static int Compare(Rational a, Rational b) => (a.Top * b.Bottom).CompareTo(b.Top * a.Bottom);

        private Rational Distance(double value)
        {
            Rational difference = this - Of(value);
            return difference with { Top = BigInteger.Abs(difference.Top), Bottom = BigInteger.Abs(difference.Bottom) };
        }
    }
}
