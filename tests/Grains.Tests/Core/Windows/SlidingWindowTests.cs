using System.Buffers;
using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class SlidingWindowTests
{
    private const WindowAggregates All = WindowAggregates.RootMeanSquare | WindowAggregates.Kurtosis | WindowAggregates.Quantiles
        | WindowAggregates.Rate | WindowAggregates.CounterRate | WindowAggregates.TimeWeightedMean;

    private static readonly long Origin = Moments.Start.UtcTicks;

    private static readonly WindowRule TenSeconds = new()
    {
        Kind = WindowKind.Sliding,
        Size = TimeSpan.FromSeconds(10),
        Aggregates = All,
        Quantiles = [0.5, 0.95],
    };

    private static readonly WindowRule LastSeven = TenSeconds with { Kind = WindowKind.Count, Size = TimeSpan.Zero, Samples = 7 };

    /// <summary>Half-open: exactly the size older is out, one tick less is in. Before the epoch, at it, and long after.</summary>
    [Theory]
    [InlineData("0001-01-01T00:00:01Z")]
    [InlineData("1969-12-31T23:59:55Z")]
    [InlineData("2026-01-01T00:00:00Z")]
    public void Sample_ExactlyTheSizeOlder_IsOut(string at)
    {
        long start = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture).UtcTicks;
        long size = TenSeconds.Size.Ticks;
        foreach ((long distance, int left) in new[] { (size - 1, 2), (size, 1), (size + 1, 1) })
        {
            var window = new SlidingWindow(TenSeconds);
            window.Add(start, 1);
            window.Add(start + distance, 2);

            Assert.Equal(left, window.Count);
            Assert.Equal((start + distance - size + 1, start + distance + 1), (window.Start, window.End));
        }
    }

    [Fact]
    public void AfterALargeValue_SmallOnesAreSeenAgain()
    {
        var window = new SlidingWindow(TenSeconds);
        foreach ((double second, double value) in new[] { (0, 0.001), (1, 1e15), (2, 0.002), (3, 0.004), (11.5, 0.001) })
        {
            window.Add(Moments.At(second).UtcTicks, value);
        }

        double third = (0.002 + 0.004 + 0.001) / 3;
        Assert.Equal(third, window.Current.Mean, 1e-18);
        Assert.Equal((0.004, 0.001, 3L), (window.Current.Maximum, window.Current.Minimum, window.Current.Count));
    }

    [Fact]
    public void Counter_ThatBeginsAgain_GoesOnCounting()
    {
        var window = new SlidingWindow(TenSeconds);
        foreach ((double second, double value) in new[] { (-2.0, 90), (0, 100), (4, 108), (6, 3), (9, 5), (10, 6) })
        {
            window.Add(Moments.At(second).UtcTicks, value);
        }

        // 8 until 4 s, 3 after the reset, 2, 1: within the ten seconds to 10 s.
        Assert.Equal(1.4, window.CounterRate()!.Value, 1e-12);
    }

    [Fact]
    public void ValueAtTheStart_IsWeighted()
    {
        var window = new SlidingWindow(TenSeconds);
        window.Add(Moments.At(0).UtcTicks, 4);
        window.Add(Moments.At(12).UtcTicks, 1);
        Assert.Equal(4, window.TimeWeightedMean()!.Value);

        window.Advance(Moments.At(17).UtcTicks);
        Assert.Equal(((4 * 5) + (1 * 5)) / 10.0, window.TimeWeightedMean()!.Value);

        window.Advance(Moments.At(30).UtcTicks);
        Assert.Equal((0, 1.0), (window.Count, window.TimeWeightedMean()!.Value));
        Assert.Equal(default, window.Current);
    }

    [Fact]
    public void MoreSamplesThanAWindowHolds_LetTheOldestGo()
    {
        var window = new SlidingWindow(TenSeconds with { Aggregates = WindowAggregates.None, Quantiles = [] });
        for (int i = 0; i <= WindowRule.MaxSamples; i++)
        {
            window.Add(Origin + i, i);
        }

        Assert.Equal((WindowRule.MaxSamples, 1.0, true), (window.Count, window.Current.Minimum, window.IsCut));
        window.Add(Origin + (2 * TenSeconds.Size.Ticks), 0);
        Assert.Equal((1, false), (window.Count, window.IsCut));
    }

    [Fact]
    public void AnySamples_GiveWhatIsComputedAfresh() => Properties.Hold(Runs(), c => IsAsAfresh(c, restored: false));

    [Fact]
    public void StoredAfterEachSample_ItIsTheSame() => Properties.Hold(Runs(), c => IsAsAfresh(c, restored: true));

    [Fact]
    public void LongWindow_StoredNowAndThen_IsTheSame()
    {
        var rule = TenSeconds with { Size = TimeSpan.FromSeconds(3_000) };
        var window = new SlidingWindow(rule);
        var other = new SlidingWindow(rule);
        for (int i = 0; i < 9_000; i++)
        {
            double value = Math.Round(Math.Sin(i * 0.01) * 20, 3);
            window.Add(Moments.At(i).UtcTicks, value);
            other.Add(Moments.At(i).UtcTicks, value);
            if (i % 701 == 0)
            {
                other = Restored(other, rule);
                Assert.Equal(window.Current, other.Current);
                Assert.Equal(window.Figures().ToArray(), other.Figures().ToArray());
            }
        }

        Assert.Equal(Bytes(window), Bytes(other));
    }

    private static Gen<(WindowRule Rule, (long Ticks, double Value)[] Samples)> Runs() =>
        from steps in Gen.OneOf(Gen.Choose(1, 30).Select(i => i * TimeSpan.TicksPerSecond / 10), Gen.Elements(TenSeconds.Size.Ticks - 1,
            TenSeconds.Size.Ticks, TenSeconds.Size.Ticks + 1, 1L, 0L)).ListOf(60)
        from values in Gen.OneOf(Gen.Choose(-50, 50).Select(i => i / 8.0), Gen.Elements(1e15, 1e15 + 0.125, 1e-16, -0.0, 1e100, 0.1)).ListOf(60)
        from rule in Gen.Elements(TenSeconds, LastSeven)
        let ticks = Sums(steps)
        select (rule, ticks.Zip(values).ToArray());

    private static long[] Sums(IEnumerable<long> steps)
    {
        long at = Origin;
        return [.. steps.Select(s => at += s)];
    }

    private static bool IsAsAfresh((WindowRule Rule, (long Ticks, double Value)[] Samples) c, bool restored)
    {
        var window = new SlidingWindow(c.Rule);
        for (int i = 0; i < c.Samples.Length; i++)
        {
            window.Add(c.Samples[i].Ticks, c.Samples[i].Value);
            if (restored)
            {
                window = Restored(window, c.Rule);
            }

            Afresh.Check(c.Rule, c.Samples.AsSpan(0, i + 1), window);
        }

        return true;
    }

    private static SlidingWindow Restored(SlidingWindow window, WindowRule rule)
    {
        byte[] bytes = Bytes(window);
        var restored = new SlidingWindow(rule);
        var reader = new StateReader(bytes);
        restored.Restore(reader);
        Assert.True(reader.IsAtEnd);
        Assert.Equal(bytes, Bytes(restored));
        return restored;
    }

    private static byte[] Bytes(SlidingWindow window)
    {
        var buffer = new ArrayBufferWriter<byte>();
        window.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
