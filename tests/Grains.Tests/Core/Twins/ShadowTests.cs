using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.Prognosis;
using Millwright.Core.Twins;

namespace Millwright.Grains.Tests.Core.Twins;

using Sample = (int Metric, double Second, double Value, string? Text);

/// <summary>Shadows beside live detectors: what they say stays inside, and a change of roles has its place in event time.</summary>
public sealed class ShadowTests
{
    private const int Seconds = 420;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 30)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void ChangesWhileItRuns_AreThoseOfTheRunInOrder_HoweverTheSamplesCame(int seed)
    {
        var random = new Random(seed);
        TwinDefinition files = RewindPlant.Definition(new Random(seed)) with { Detectors = [.. Live()] };
        List<Sample> samples = RewindPlant.Stream(random, Seconds);
        List<Sample> order = [.. samples.OrderBy(s => s.Second + (random.Next(4) == 0 ? random.NextDouble() * 110 : 0))];
        int[] steps = [.. Enumerable.Range(0, 4).Select(_ => random.Next(order.Count)).Order()];
        var run = new RewindRun(files);
        List<DateTimeOffset> changes = [];
        double newest = 0;
        for (int i = 0; i < order.Count; i++)
        {
            while (changes.Count < steps.Length && i == steps[changes.Count])
            {
                run.EndBatch();
                changes.Add((run.Engine.Newest ?? DateTimeOffset.MinValue).AddTicks(1));
                run.Change(files with { Detectors = Changed([.. changes]) });
            }

            newest = Math.Max(newest, order[i].Second);
            run.Observe(order[i].Metric, order[i].Second, order[i].Value, order[i].Text, newest);
            if (random.Next(3) == 0)
            {
                run.EndBatch();
            }

            if (random.Next(60) == 0)
            {
                run.Restart();
            }
        }

        RewindRun sorted = new(files with { Detectors = Changed([.. changes]) });
        foreach ((int metric, double second, double value, string? text) in samples)
        {
            sorted.Observe(metric, second, value, text, second);
            sorted.EndBatch();
        }

        foreach (RewindRun one in new[] { run, sorted })
        {
            one.Settle();
            one.Advance(newest + 3600);
        }

        Assert.True(changes.Count == steps.Length, $"seed {seed}");
        Assert.Equal(sorted.Canonical(newest), run.Canonical(newest));
        Assert.Equal(sorted.Engine.Detectors().Select(Text), run.Engine.Detectors().Select(Text));
        Assert.Equal(0, run.Engine.Unjudged);
    }

    [Fact]
    public void Shadow_TellsNothing_AndItsFindingsAreCountedBesideTheLiveOnes()
    {
        // Level 45: both are quiet; 55: only the shadow; 65: both; the live one alone looks at metric 1.
        TwinDefinition definition = Definition(
            Rule("1", [0, 1], 60, []),
            Rule("2", [0], 50, [new DetectorPhase(DateTimeOffset.MinValue, DetectorMode.Shadow)]));
        var run = new RewindRun(definition);
        Feed(run, 0, [45, 55, 45, 65, 45]);
        Feed(run, 10, [45, 65, 45], metric: 1);

        ShadowTally tally = run.Engine.Detectors().Single(d => d.Mode == DetectorMode.Shadow).Shadow!;
        Assert.Equal((1, 1, 1), (tally.Gained, tally.Lost, tally.Common));
        Assert.Equal([false, false, true], tally.Kept.Select(f => f.IsLive));
        Assert.Equal(4, run.Told.Count);
        Assert.All(run.Told, a => Assert.Equal("1", a.Explanation.DetectorVersion));
    }

    [Fact]
    public void Promotion_KeepsWhatBothSee_TellsWhatOnlyTheNewOneSees_AndWithdrawsTheRest()
    {
        TwinDefinition files = Definition(Rule("1", [0, 1], 60, []));
        var run = new RewindRun(files);
        TwinDefinition With(params DetectorPhase[] later) => Definition(
            Rule("1", [0, 1], 60, [Phase(DetectorMode.Live), .. later.Select(p => p with
            {
                Mode = p.Mode == DetectorMode.Live ? DetectorMode.Shadow : DetectorMode.Live,
            }).Skip(1)]),
            Rule("2", [0, 2], 50, [Phase(DetectorMode.Absent), .. later]));
        Feed(run, 0, [45]);
        var begun = new DetectorPhase(Moments.At(0).AddTicks(1), DetectorMode.Shadow);
        run.Change(With(begun));
        Feed(run, 10, [65], metric: 0);
        Feed(run, 10, [65], metric: 1);
        Feed(run, 10, [55], metric: 2);
        Assert.Equal(2, run.Alerts.ActiveAlerts.Length);

        var promoted = new DetectorPhase(Moments.At(10).AddTicks(1), DetectorMode.Live);
        run.Change(With(begun, promoted));
        Feed(run, 20, [66], metric: 0);

        // Metric 0 as it was told, by the version that told it; metric 1 is nobody's now; metric 2 is told with the change.
        Assert.Equal(
            [("a", "1", Moments.At(10)), ("c", "2", promoted.From)],
            run.Alerts.ActiveAlerts.Select(a => (a.Subject, a.Explanation.DetectorVersion, a.EventTime)).Order());
        AlertEvent gone = Assert.Single(run.Told, a => a.Kind == AlertKind.Cleared);
        Assert.Equal(("b", promoted.From), (gone.Subject, gone.EventTime));
        Assert.StartsWith("Withdrawn", gone.Summary, StringComparison.Ordinal);

        // And back: the version before has gone on learning.
        var back = new DetectorPhase(Moments.At(20).AddTicks(1), DetectorMode.Shadow);
        run.Change(With(begun, promoted, back));
        Feed(run, 30, [45], metric: 0);
        Assert.Equal(["b"], run.Alerts.ActiveAlerts.Select(a => a.Subject));
        Assert.Equal(["1"], run.Alerts.ActiveAlerts.Select(a => a.Explanation.DetectorVersion));
    }

    [Fact]
    public void LateSample_BeforeAChange_IsJudgedByWhatWasLiveThen()
    {
        var promoted = Moments.At(15);
        var run = new RewindRun(Definition(
            Rule("1", [0], 60, [Phase(DetectorMode.Live), new DetectorPhase(promoted, DetectorMode.Shadow)]),
            Rule("2", [0], 50, [Phase(DetectorMode.Shadow), new DetectorPhase(promoted, DetectorMode.Live)])));
        Feed(run, 10, [45]);
        Feed(run, 20, [45]);

        run.Observe(0, 12, 65, null, 21);
        run.EndBatch();
        run.Observe(0, 13, 45, null, 21);
        run.EndBatch();
        run.Observe(0, 16, 55, null, 21);
        run.EndBatch();
        run.Settle();

        Assert.Equal(["1", "2"], run.Told.Where(a => a.Kind == AlertKind.Raised).OrderBy(a => a.EventTime)
            .Select(a => a.Explanation.DetectorVersion));
    }

    [Fact]
    public void SameVersionWithOtherParameters_BeginsAfresh_AndItsAlertsAreWithdrawn()
    {
        TwinDefinition before = Definition(Rule("1", [0], 60, []) with { Parameters = "upper=60" });
        var run = new RewindRun(before);
        Feed(run, 0, [45, 65]);
        byte[] state = run.Save();

        var same = new TwinEngine(before);
        same.Restore(new Millwright.Core.State.StateReader(state));
        var other = new TwinEngine(Definition(Rule("1", [0], 60, []) with { Parameters = "upper=61" }));
        other.Restore(new Millwright.Core.State.StateReader(state));

        Assert.True(same.KeepsItsFinding("limit", "1", "a", Moments.Start));
        Assert.False(other.KeepsItsFinding("limit", "1", "a", Moments.Start));
    }

    /// <summary>What a shadow foretold when it found something is told when it speaks, after a restart too.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Promotion_TellsTheForecast_OfWhatOnlyTheNewOneSees(bool isRestarted)
    {
        var identity = new DetectorIdentity("limit", ThresholdParameters.Name, "2");
        DetectorRule rule = Rule("2", [0], 50, []) with
        {
            Create = () => new Foretelling(DetectorFactory.Create(identity, [0], new Dictionary<string, double> { ["upper"] = 50 })),
        };
        var run = new RewindRun(Definition(rule with { Phases = [Phase(DetectorMode.Shadow)] }));
        Feed(run, 0, [45, 55]);
        if (isRestarted)
        {
            run.Restart();
        }

        Assert.Empty(run.Told);
        run.Change(Definition(rule with
        {
            Phases = [Phase(DetectorMode.Shadow), new DetectorPhase(Moments.At(5), DetectorMode.Live)],
        }));
        Feed(run, 10, [56]);

        AlertForecast forecast = Assert.Single(run.Told).Explanation.Forecast!;
        Assert.Equal(("danger", Moments.At(100), Moments.At(300)), (forecast.Crosses, forecast.P10, forecast.P90));
    }

    private static string Text(DetectorStatus status) => FormattableString.Invariant(
        $"{status.Detector.Id} {status.Detector.Version} {status.Mode} {status.Open} {status.Shadow?.Gained} {status.Shadow?.Lost} {status.Shadow?.Common}");

    private static DetectorPhase Phase(DetectorMode mode) => new(DateTimeOffset.MinValue, mode);

    private static void Feed(RewindRun run, int from, double[] values, int metric = 0)
    {
        for (int i = 0; i < values.Length; i++)
        {
            run.Observe(metric, from + i, values[i], null, from + i);
            run.EndBatch();
        }
    }

    private static TwinDefinition Definition(params DetectorRule[] rules) => new()
    {
        Metrics = [new MetricRule { Name = "a" }, new MetricRule { Name = "b" }, new MetricRule { Name = "c" }],
        Detectors = [.. rules],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromMinutes(2), MaxClockSkew = TimeSpan.FromDays(1) },
    };

    private static DetectorRule Rule(string version, int[] metrics, double upper, ImmutableArray<DetectorPhase> phases) =>
        Rule(new DetectorIdentity("limit", ThresholdParameters.Name, version), metrics, phases, ("upper", upper), ("hysteresis", 1));

    private static DetectorRule Rule(
        DetectorIdentity identity, int[] metrics, ImmutableArray<DetectorPhase> phases, params (string Name, double Value)[] parameters)
    {
        Dictionary<string, double> values = parameters.ToDictionary(p => p.Name, p => p.Value);
        return new DetectorRule
        {
            Metrics = [.. metrics],
            Phases = phases,
            Create = () => DetectorFactory.Create(identity, metrics, values),
        };
    }

    private static IEnumerable<DetectorRule> Live() => Changed([]).Where(r => r.Phases.IsEmpty || r.Phases[0].Mode == DetectorMode.Live)
        .Select(r => r with { Phases = [] });

    /// <summary>Shadows begin with the first change, become live with the second, go back with the third, and end with the fourth.</summary>
    private static ImmutableArray<DetectorRule> Changed(DateTimeOffset[] at)
    {
        DetectorMode[] old = [DetectorMode.Live, DetectorMode.Live, DetectorMode.Shadow, DetectorMode.Live, DetectorMode.Live];
        DetectorMode[] next = [DetectorMode.Absent, DetectorMode.Shadow, DetectorMode.Live, DetectorMode.Shadow, DetectorMode.Absent];
        ImmutableArray<DetectorPhase> Phases(DetectorMode[] modes) =>
            [Phase(modes[0]), .. at.Select((from, i) => new DetectorPhase(from, modes[i + 1]))];
        List<DetectorRule> rules =
        [
            Rule(new DetectorIdentity("limit", ThresholdParameters.Name, "1"), [0], Phases(old), ("upper", 60), ("hysteresis", 1)),
            Rule(new DetectorIdentity("usual", RobustZParameters.Name, "1"), [0, 1], Phases(old), ("min-samples", 30), ("window", 300)),
            Rule(new DetectorIdentity("quiet", SilenceParameters.Name, "1"), [0, 1, 2], Phases(old), ("timeout", 12)),
        ];
        if (at.Length > 0)
        {
            rules.Add(Rule(new DetectorIdentity("limit", ThresholdParameters.Name, "2"), [0, 1], Phases(next), ("upper", 56), ("hysteresis", 2)));
            rules.Add(Rule(
                new DetectorIdentity("usual", MahalanobisParameters.Name, "2"), [0, 1, 2], Phases(next), ("warmup", 60), ("smoothing", 3), ("hold", 2)));
            rules.Add(Rule(new DetectorIdentity("quiet", SilenceParameters.Name, "2"), [0, 1], Phases(next), ("timeout", 7)));
        }

        return [.. rules];
    }

    /// <summary>Says with each finding where it leads.</summary>
    private sealed class Foretelling(IDetector inner) : IDetector
    {
        public DetectorIdentity Identity => inner.Identity;

        public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
        {
            List<Anomaly> found = [];
            inner.Observe(observation, context, found);
            foreach (Anomaly anomaly in found)
            {
                findings.Add(anomaly with
                {
                    Forecast = new ComponentForecast
                    {
                        Component = "limit", Kind = "wear", At = anomaly.EventTime, Indicator = 0.5, Limit = 1, Crosses = "danger",
                        TrendPerHour = 0.25, P10 = Moments.At(100), P50 = Moments.At(200), P90 = Moments.At(300),
                        Remaining = new RemainingLife(3, 2, 5), RemainingUnit = "h", Inside = 1, Later = 2,
                    },
                });
            }
        }

        public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings) =>
            inner.Advance(now, context, findings);

        public Decision? DecisionOf(int metric) => inner.DecisionOf(metric);

        public void Save(Millwright.Core.State.StateWriter writer) => inner.Save(writer);

        public void Restore(Millwright.Core.State.StateReader reader) => inner.Restore(reader);
    }
}
