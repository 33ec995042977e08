using System.Collections.Immutable;
using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using static Millwright.Grains.Tests.Core.Windows.WindowRuns;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class WindowPropertyTests
{
    private static readonly WindowRule[] Rules =
    [
        Tumbling(10), Full(Tumbling(7, 3)), Hopping(20, 5), Full(Session(4)), Full(Tumbling(10) with { Kind = WindowKind.TumblingByState }),
        Hopping(20, 5) with { Kind = WindowKind.HoppingByState },
    ];

    [Fact]
    public void ShufflingWithinTheDisorder_ChangesNoFinalResult() => Properties.Hold(Shuffled(25), c => Same(c, Time(disorder: 25, lateness: 0)));

    [Fact]
    public void ShufflingWithinTheLateness_ChangesNoFinalResult() => Properties.Hold(Shuffled(40), c => Same(c, Time(disorder: 0, lateness: 41)));

    /// <summary>Whatever is taken, however late it came, is in every window that a run in order puts it in.</summary>
    [Fact]
    public void WhatWasTaken_GivesTheSame_InOrder() => Properties.Hold(
        from times in Gen.Choose(0, 1600).Select(t => t / 4.0).ListOf(120)
        from disorder in Gen.Elements(0, 5, 30)
        from lateness in Gen.Elements(0, 3, 10, 60)
        select (Times: times.Distinct().ToArray(), disorder, lateness),
        c =>
        {
            TimeRule time = Time(c.disorder, c.lateness);
            double[] taken = Taken(c.Times, time);
            return Same((taken.Order().ToArray(), c.Times), time);
        });

    [Fact]
    public void AnyInput_GivesTheSame_AllFourWays() => Properties.Hold(
        from times in Gen.Choose(0, 1200).Select(t => t / 4.0).ListOf()
        from metric in Gen.Choose(0, 1)
        from disorder in Gen.Elements(0, 5, 30)
        from lateness in Gen.Elements(0, 10, 60)
        select (Times: times.ToArray(), metric, disorder, lateness),
        c =>
        {
            TwinSample[] samples = [.. c.Times.Select((t, i) => Sample(t, i, (i + c.metric) % 2)).DistinctBy(s => (s.Metric, s.EventTime))];
            new WindowHarness(Time(c.disorder, c.lateness), Rules).Run(samples);
            return true;
        });

    /// <summary>A run in order, and the same run with every sample delayed by up to the bound.</summary>
    private static Gen<(double[] Ordered, double[] Shuffled)> Shuffled(int bound) =>
        from steps in Gen.Choose(1, 60).ListOf()
        from delays in Gen.Choose(0, (bound * 4) - 1).ListOf(steps.Count)
        let times = Sums(steps)
        select (times, times.Zip(delays).OrderBy(p => p.First + (p.Second / 4.0)).Select(p => p.First).ToArray());

    private static double[] Sums(IEnumerable<int> steps)
    {
        double at = 0;
        return [.. steps.Select(s => at += s / 4.0)];
    }

    private static WindowRule Full(WindowRule rule) => rule with
    {
        Aggregates = (WindowAggregates)63 & ~(rule.Kind.IsOrdered() ? WindowAggregates.None : WindowAggregates.Ordered),
        Quantiles = [0.1, 0.5, 0.95],
    };

    private static bool Same((double[] Ordered, double[] Shuffled) c, TimeRule time)
    {
        ImmutableArray<ClosedWindow> expected = Final(c.Ordered, time);
        ImmutableArray<ClosedWindow> actual = Final(c.Shuffled, time);
        return expected.Select(Bits).SequenceEqual(actual.Select(Bits));
    }

    private static double[] Taken(double[] times, TimeRule time)
    {
        var engine = new TwinEngine(new TwinDefinition { Metrics = [new MetricRule { Name = "a" }], Windows = [.. Rules], Time = time });
        var output = new TwinOutput();
        return [.. times.Where(t => engine.Observe(Sample(t), output) is SampleFate.Accepted or SampleFate.Amended)];
    }

    private static ImmutableArray<ClosedWindow> Final(double[] times, TimeRule time)
    {
        // Swings over eighteen decades, so that sums that were rounded on the way would differ.
        ImmutableArray<ClosedWindow> issued =
            new WindowHarness(time, Rules).Run([.. times.Select(t => Sample(t, Math.Sin(t) * Math.Pow(10, Math.Round(9 * Math.Cos(t * 7)))))]);
        return WindowHarness.Final(issued);
    }

    /// <summary>Every bit of a result but its revision, which counts what was issued before.</summary>
    private static string Bits(ClosedWindow window)
    {
        WindowAggregate a = window.Aggregate;
        double[] figures =
        [
            a.Sum, a.Mean, a.Variance, a.StandardDeviation, a.Minimum, a.Maximum, a.First, a.Last, window.Completeness,
            .. window.Detail?.Figures.Select(f => f.Value) ?? [],
        ];
        return $"{window.Metric} {window.Kind} {window.Start:O} {window.End:O} {window.Size} {a.Count} "
            + string.Join(' ', figures.Select(f => BitConverter.DoubleToInt64Bits(f).ToString("x16", CultureInfo.InvariantCulture)));
    }
}
