using System.Numerics;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>A window computed from the list of its samples, as one would on paper: what the windows that slide are compared with.</summary>
internal static class Afresh
{
    public static void Check(WindowRule rule, ReadOnlySpan<(long Ticks, double Value)> samples, SlidingWindow window)
    {
        long now = samples[^1].Ticks;
        int first = rule.Kind == WindowKind.Count ? Math.Max(0, samples.Length - rule.Samples) : 0;
        while (rule.Kind == WindowKind.Sliding && samples[first].Ticks <= now - rule.Size.Ticks)
        {
            first++;
        }

        ReadOnlySpan<(long Ticks, double Value)> inside = samples[first..];
        var aggregate = default(WindowAggregate);
        foreach ((long ticks, double value) in inside)
        {
            aggregate.Add(ticks, value);
        }

        // At one instant the order of arrival decides what is first and last, as it does in the twin.
        Assert.Equal(inside.Length, window.Count);
        Assert.Equal((aggregate.Sum, aggregate.Mean, aggregate.Variance), (window.Current.Sum, window.Current.Mean, window.Current.Variance));
        Assert.Equal((aggregate.Minimum, aggregate.Maximum), (window.Current.Minimum, window.Current.Maximum));
        Assert.Equal((inside[0].Value, inside[^1].Value), (window.Current.First, window.Current.Last));
        CheckQuantiles(rule, inside, window);
        CheckFlow(rule, samples, first, window);
    }

    private static void CheckQuantiles(WindowRule rule, ReadOnlySpan<(long Ticks, double Value)> inside, SlidingWindow window)
    {
        double[] sorted = [.. inside.ToArray().Select(s => s.Value).Order()];
        foreach (double share in rule.Quantiles)
        {
            double exact = sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
            Assert.InRange(Math.Abs(window.Quantile(share)!.Value - exact), 0, Math.Abs(exact) / 128);
        }
    }

    private static void CheckFlow(WindowRule rule, ReadOnlySpan<(long Ticks, double Value)> samples, int first, SlidingWindow window)
    {
        long now = samples[^1].Ticks;
        long begin = first == 0 ? samples[0].Ticks : rule.Kind == WindowKind.Count ? samples[first - 1].Ticks : now - rule.Size.Ticks;
        BigInteger area = 0;
        BigInteger increase = 0;
        for (int i = Math.Max(first, 1); i < samples.Length; i++)
        {
            (double from, double to) = (samples[i - 1].Value, samples[i].Value);
            area += Whole(from) * (samples[i].Ticks - Math.Max(begin, samples[i - 1].Ticks));
            increase += to >= from ? Whole(to) - Whole(from) : Whole(to);
        }

        if (now == begin)
        {
            Assert.Equal((samples[^1].Value, null), (window.TimeWeightedMean()!.Value, window.CounterRate()));
            return;
        }

        Assert.Equal(Ratio(area, now - begin), window.TimeWeightedMean()!.Value);
        Assert.Equal(Ratio(increase * TimeSpan.TicksPerSecond, now - begin), window.CounterRate()!.Value);
    }

    /// <summary>In units of 2^-1074.</summary>
    private static BigInteger Whole(double value)
    {
        (ulong mantissa, int exponent, bool isNegative) = ExactSum.Split(value);
        BigInteger whole = (BigInteger)mantissa << (exponent + 1074);
        return isNegative ? -whole : whole;
    }

    private static double Ratio(BigInteger value, long divisor) => NearestDouble.Of(value, divisor, -1074);
}
