using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using static Millwright.Grains.Tests.Core.Windows.OrderedRun;
using static Millwright.Grains.Tests.Core.Windows.WindowRuns;

namespace Millwright.Grains.Tests.Core.Windows;

public sealed class OrderedWindowTests
{
    private const int Steps = 30;

    private static readonly WindowRule[] Every =
    [
        Rule(WindowKind.State), Rule(WindowKind.TumblingByState, 10), Rule(WindowKind.HoppingByState, 20, 5), Rule(WindowKind.Sliding, 12),
        Rule(WindowKind.Count, samples: 5), Rule(WindowKind.Count, samples: 4, isEvery: true),
        Rule(WindowKind.Sliding, 30) with { States = ["running"], Aggregates = WindowAggregates.Kurtosis, Quantiles = [] },
    ];

    [Fact]
    public void State_GivesAWindow_FromEnteringToLeaving()
    {
        OrderedRun run = new OrderedRun(Time(), Rule(WindowKind.State)).Run(
            [S(Pressure, 0, 9), S(Speed, 1, 8), S(Pressure, 1, 1), S(Pressure, 4, 2), S(Speed, 6, 2), S(Pressure, 6, 7), S(Speed, 9, 6), S(Pressure, 30, 3)]);

        Assert.Equal(
            ["1..6 running r1 n2 s3", "1..6 running r1 n1 s8", "6..9 idle r1 n1 s7", "6..9 idle r1 n1 s2"],
            run.Issued.OrderBy(w => w.Start).ThenBy(w => w.Metric).Select(Line));

        // 1 from 1 s, 2 from 4 s until 6 s.
        Assert.Equal(((1 * 3) + (2 * 2)) / 5.0, Figure(run.Issued[0], "time-weighted-mean"));
        Assert.Equal(["9..30.0000001 running r0 n1 s3", "9..9.0000001 running r0 n1 s6"], run.Present.OrderBy(w => w.Metric).Select(Line));
    }

    [Fact]
    public void WindowByState_KnowsTheTimeInEach_AndWhatTheMetricDidThere()
    {
        OrderedRun run = new OrderedRun(Time(), Rule(WindowKind.TumblingByState, 10)).Run(
            [S(Speed, 0, 9), S(Pressure, 0, 4), S(Speed, 6, 0), S(Pressure, 8, 1), S(Pressure, 20, 0)]);

        ClosedWindow window = run.Issued.Single(w => w.Metric == Pressure && w.Start == Moments.Start);
        Assert.Equal((2L, 5.0), (window.Aggregate.Count, window.Aggregate.Sum));
        Assert.Equal([("running", 6.0, 1L), ("idle", 4.0, 1L)], window.Detail!.States.Select(s => (s.State, s.Time.TotalSeconds, s.Aggregate.Count)));
        Assert.Equal(((4 * 8) + (1 * 2)) / 10.0, Figure(window, "time-weighted-mean"));

        // 4 held in idle for two seconds more, then 1.
        Assert.Equal(((4 * 2) + (1 * 2)) / 4.0, window.Detail.States[1].Figures.Single(f => f.Name == "time-weighted-mean").Value);
    }

    /// <summary>The end belongs to the next window: a tick less is inside. Also before the epoch.</summary>
    [Theory]
    [InlineData(10, 0, 1, 1)]
    [InlineData(10, -1, 2, 0)]
    [InlineData(10, 1, 1, 1)]
    [InlineData(-2_000_000_000, 0, 1, 1)]
    [InlineData(-2_000_000_000, -1, 2, 0)]
    public void SampleAtTheEnd_IsInTheNextWindow(double end, int ticks, int first, int second)
    {
        OrderedRun run = new OrderedRun(Time(), Rule(WindowKind.TumblingByState, 10)).Run(
            [S(Pressure, end - 5, 1), S(Pressure, end, 1, ticks), S(Pressure, end + 30, 1)]);

        int In(double start) => run.Issued.Where(w => w.Start == Moments.At(start)).Sum(w => (int)w.Aggregate.Count);
        Assert.Equal((first, second), (In(end - 10), In(end)));
    }

    [Fact]
    public void LateSample_IsRevised_AndAStateThatNeverWas_IsTakenBack()
    {
        OrderedRun run = new OrderedRun(Time(), new WindowRule { Kind = WindowKind.State }).Run(
            [S(Speed, 0, 9), S(Pressure, 1, 1), S(Speed, 10, 0), S(Pressure, 11, 5), S(Speed, 20, 9), S(Pressure, 5, 3), S(Speed, 8, 1)]);

        Assert.Equal(
            [
                "0..10 running r1 n1 s1", "10..20 idle r1 n1 s5", "0..10 running r2 n2 s4", "0..8 running r3 n2 s4", "8..20 idle r1 n1 s5",
                "10..20  r2 n0 s0 retracted",
            ],
            run.Issued.Where(w => w.Metric == Pressure).Select(Line));
    }

    /// <summary>
    /// Half of an instant says that the state ends, the other half that it goes on: what was said of the end is taken back, and said again
    /// with another end much later, when no rewind knows the retraction any more.
    /// </summary>
    [Theory]
    [InlineData(60)]
    [InlineData(6000)]
    public void StateThatWasTakenBack_IsToldAgain_WhenItReallyEnds(double end)
    {
        IEnumerable<TwinSample> goesOn = Enumerable.Range(0, (int)(end - 11) / 10).Select(i => S(Pressure, 11 + (i * 10), 1));
        OrderedRun run = new OrderedRun(Time(), new WindowRule { Kind = WindowKind.State }) { States = ByTwo }.Run(
            [
                S(Load, 0, 0), S(Speed, 0, 9), S(Pressure, 0, 7), S(Pressure, 5, 1), S(Speed, 10, 0), S(Load, 10, 5), .. goesOn,
                S(Load, end, 0),
            ]);

        Assert.Equal(
            ["0..10 running r1 n2 s8", "0..10  r2 n0 s0 retracted", FormattableString.Invariant($"0..{end} running r3 n{2 + goesOn.Count()} s{8 + goesOn.Count()}")],
            run.Issued.Where(w => w.Metric == Pressure).Select(Line));
        Assert.Single(Net(run.Issued), w => w.Metric == Pressure);
    }

    /// <summary>Two rules that cut the same windows may share some metrics only: each metric gets all that was asked for it.</summary>
    [Fact]
    public void RulesThatShareSomeMetrics_GiveEachItsOwn()
    {
        WindowRule plain = new() { Kind = WindowKind.Sliding, Size = TimeSpan.FromSeconds(30) };
        OrderedRun run = new OrderedRun(
            Time(),
            new WindowRule { Kind = WindowKind.State, Metrics = [Pressure], States = ["running"] },
            new WindowRule { Kind = WindowKind.State, States = ["idle"] },
            plain,
            plain with { Aggregates = WindowAggregates.RootMeanSquare, Metrics = [Pressure] }).Run(
            [S(Speed, 0, 9), S(Pressure, 0, 3), S(Speed, 10, 0), S(Pressure, 11, 4), S(Speed, 20, 9)]);

        Assert.Equal(
            [(Pressure, "running"), (Pressure, "idle"), (Speed, "idle")], run.Issued.Select(w => (w.Metric, w.Detail!.State!)));
        ClosedWindow[] present = [.. run.Present.Where(w => w.Kind == WindowKind.Sliding).OrderBy(w => w.Metric)];
        Assert.Equal([1, 0], present.Select(w => w.Detail!.Figures.Length));
        Assert.Equal(Math.Sqrt((9 + 16) / 2.0), Figure(present[0], "rms"), 12);
    }

    [Fact]
    public void PauseOfAYear_CostsNoYearOfWindows()
    {
        OrderedRun run = new OrderedRun(Time(), Rule(WindowKind.HoppingByState, 20, 5)).Run(
            [S(Pressure, 0, 1), S(Pressure, 31_536_000, 2), S(Pressure, 31_536_100, 2)]);

        Assert.Equal(8, run.Issued.Count);

        // What held over the pause is the first value, and of the machine nobody knows more than ten minutes.
        ClosedWindow late = run.Issued.Single(w => w.Start == Moments.At(31_536_000 - 10));
        Assert.Equal(((1 * 10) + (2 * 10)) / 20.0, Figure(late, "time-weighted-mean"));
        Assert.Equal(["unknown 10"], late.Detail!.States.Select(s => $"{s.State} {s.Time.TotalSeconds}"));
    }

    [Fact]
    public void OutOfOrder_GivesTheSame_ToTheBit() => Properties.Hold(Cases(), c =>
    {
        string[] expected = new OrderedRun(Time(lateness: 200), Every) { States = c.States }.Run(c.Ordered).Final();
        Assert.Contains(expected, l => l.Contains("state", StringComparison.Ordinal));
        Assert.Equal(expected, new OrderedRun(Time(lateness: 200), Every) { States = c.States }.Run(c.Shuffled, n => n % c.Batch == 0).Final());
        Assert.Equal(expected, new OrderedRun(Time(disorder: 60, lateness: 200), Every) { States = c.States }.Run(c.Shuffled).Final());
        return true;
    }, cases: 30);

    [Fact]
    public void StoredAfterEachSample_GivesTheSame_ToTheBit() => Properties.Hold(Cases(), c =>
    {
        OrderedRun expected = new OrderedRun(Time(lateness: 200), Every) { States = c.States }.Run(c.Shuffled, n => n % c.Batch == 0);
        OrderedRun restored = new OrderedRun(Time(lateness: 200), Every) { States = c.States }.Run(c.Shuffled, n => n % c.Batch == 0, isRestored: true);
        Assert.Equal(expected.Issued, restored.Issued);
        Assert.Equal(expected.Final(), restored.Final());
        return true;
    }, cases: 30);

    [Fact]
    public void EachResult_IsWhatTheListOfSamplesSays() => Properties.Hold(Cases(), c =>
    {
        OrderedRun run = new OrderedRun(Time(lateness: 200), Every) { States = c.States }.Run(c.Shuffled, n => n % c.Batch == 0);
        foreach (ClosedWindow window in Net(run.Issued))
        {
            TwinSample[] inside = [.. c.Ordered.Where(s => s.Metric == window.Metric && s.EventTime >= window.Start && s.EventTime < window.End)];
            var expected = default(WindowAggregate);
            foreach (TwinSample sample in inside)
            {
                expected.Add(sample.EventTime, sample.Value);
            }

            Assert.True(expected == window.Aggregate, $"{window.Kind} {Line(window)} of metric {window.Metric}: n{expected.Count} s{expected.Sum}");
            Assert.Equal(window.Detail!.States.Sum(s => s.Aggregate.Count), window.Detail.States.IsEmpty ? 0 : window.Aggregate.Count);
            Assert.True(window.Detail.States.Sum(s => s.Time.Ticks) <= window.Size.Ticks);
            CheckWeighted(window, c.Ordered);
        }

        return true;
    }, cases: 30);

    /// <summary>The mean by time, as one would add it up on paper: from the first value known on.</summary>
    private static void CheckWeighted(ClosedWindow window, TwinSample[] ordered)
    {
        TwinSample[] own = [.. ordered.Where(s => s.Metric == window.Metric && s.EventTime < window.End)];
        double area = 0;
        double covered = 0;
        for (int i = 0; i < own.Length; i++)
        {
            DateTimeOffset from = own[i].EventTime < window.Start ? window.Start : own[i].EventTime;
            DateTimeOffset to = i + 1 < own.Length && own[i + 1].EventTime < window.End ? own[i + 1].EventTime : window.End;
            if (to > from)
            {
                area += own[i].Value * (to - from).Ticks;
                covered += (to - from).Ticks;
            }
        }

        double scale = own.Max(s => Math.Abs(s.Value));
        Assert.Equal(area / covered, Figure(window, "time-weighted-mean"), 1e-9 * scale);
    }

    private static double Figure(ClosedWindow window, string name) => window.Detail!.Figures.Single(f => f.Name == name).Value;

    private static TwinSample S(int metric, double second, double value, long ticks = 0) =>
        new(metric, Moments.At(second).AddTicks(ticks), Moments.At(second), value);

    /// <summary>
    /// Samples in order, and delayed by up to fifty seconds; metrics share instants now and then, and pauses leave places of the grid empty.
    /// </summary>
    private static Gen<Case> Cases() =>
        from steps in Gen.Frequency((12, Gen.Choose(1, 60)), (1, Gen.Choose(2_000, 4_000))).ListOf(Steps)
        from metrics in Gen.Choose(0, 3).ListOf(Steps)
        from values in Gen.OneOf(Gen.Choose(0, 80).Select(i => i / 8.0), Gen.Elements(1e15, 0.1, 1e-9, -3.5)).ListOf(3 * Steps)
        from delays in Gen.Choose(0, 49).ListOf(3 * Steps)
        from batch in Gen.Choose(1, 9)
        from isByTwo in Gen.Elements(false, true)
        let ordered = Samples(steps, metrics, values)
        select new Case(
            ordered, [.. ordered.Zip(delays).OrderBy(p => p.First.EventTime.AddSeconds(p.Second)).Select(p => p.First)], batch,
            isByTwo ? ByTwo : new OrderedRun(Time()).States);

    private static TwinSample[] Samples(List<int> steps, List<int> metrics, List<double> values)
    {
        List<TwinSample> samples = [];
        double at = 0;
        for (int i = 0; i < steps.Count; i++)
        {
            at += steps[i] / 4.0;
            if (metrics[i] != Speed)
            {
                samples.Add(S(Pressure, at, values[i] + (i / 1024.0)));
            }

            if (metrics[i] > 0)
            {
                samples.Add(S(Speed, at, values[Steps + i]));
            }

            if (metrics[i] > 1)
            {
                samples.Add(S(Load, at, Math.Abs(values[(2 * Steps) + i])));
            }
        }

        return [.. samples];
    }

    private sealed record Case(TwinSample[] Ordered, TwinSample[] Shuffled, int Batch, ImmutableArray<OperatingStateRule> States);
}
