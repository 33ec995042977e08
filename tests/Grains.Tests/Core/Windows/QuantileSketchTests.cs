using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class QuantileSketchTests
{
    private static readonly double[] Shares = [0.001, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999];

    /// <summary>Narrow, over many octaves, of both signs, and one that must widen its bins.</summary>
    public static TheoryData<string, double> Signals => new()
    {
        { "temperature", 1.0 / 129 }, { "vibration", 1.0 / 129 }, { "decades", 1.0 / 33 }, { "constant", 1.0 / 129 }, { "zeros", 1.0 / 129 },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public void Quantiles_AreWithinTheirBound_OfTheExactOnes(string signal, double bound)
    {
        double[] values = Of(signal, 20_000, seed: 3);
        QuantileSketch sketch = Sketch(values, canForget: false);

        double[] sorted = [.. values.Order()];
        Assert.True(sketch.Error <= bound, $"The bound is {sketch.Error} after {sketch.Bins} bins.");
        Assert.True(sketch.Bins <= QuantileSketch.MaxBins);
        foreach (double share in Shares)
        {
            double exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
            Assert.InRange(Math.Abs(sketch.Quantile(share) - exact), 0, sketch.Error * Math.Abs(exact) * (1 + 1e-12));
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void OrderAndMerging_DoNotShow_ToTheByte(string signal, double bound)
    {
        double[] values = Of(signal, 3_000, seed: 4);
        byte[] expected = Bytes(Sketch(values, canForget: false));
        var random = new Random(5);
        for (int run = 0; run < 5; run++)
        {
            double[] shuffled = [.. values];
            random.Shuffle(shuffled);
            int cut = random.Next(shuffled.Length);
            QuantileSketch left = Sketch(shuffled[..cut], canForget: false);
            left.Merge(Sketch(shuffled[cut..], canForget: false));

            Assert.Equal(expected, Bytes(left));
            Assert.Equal(expected, Bytes(QuantileSketch.Restore(new StateReader(expected), canForget: false)));
        }

        Assert.True(bound > 0);
    }

    [Fact]
    public void WhatIsForgotten_LeavesTheRest_ToTheByte() => Properties.Hold(
        from stay in Gen.Choose(-400, 400).Select(i => i / 7.0).ListOf(50)
        from go in Gen.Choose(-400, 400).Select(i => i * 1e3).ListOf(50)
        select (stay, go),
        c =>
        {
            QuantileSketch sketch = Sketch([.. c.go.Concat(c.stay)], canForget: true);
            c.go.ForEach(sketch.Remove);
            return Bytes(sketch).SequenceEqual(Bytes(Sketch([.. c.stay], canForget: true)));
        });

    [Fact]
    public void OfNothing_IsZero() => Assert.Equal(0, new QuantileSketch(canForget: false).Quantile(0.5));

    private static double[] Of(string signal, int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i => signal switch
            {
                "temperature" => 70 + Math.Sin(i * 0.01) + (random.NextDouble() * 0.2),
                "vibration" => (random.NextDouble() - 0.5) * 8 + (random.NextDouble() < 0.5 ? -2 : 2),
                "decades" => Math.Pow(10, (random.NextDouble() * 14) - 7) * (i % 2 == 0 ? 1 : -1),
                "constant" => 3.3,
                _ => i % 3 == 0 ? 0.0 : i % 3 == 1 ? -0.0 : 5,
            }),
        ];
    }

    private static QuantileSketch Sketch(double[] values, bool canForget)
    {
        var sketch = new QuantileSketch(canForget);
        foreach (double value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }

    private static byte[] Bytes(QuantileSketch sketch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        sketch.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
