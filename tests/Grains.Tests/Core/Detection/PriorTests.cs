using Millwright.Core.Peers;

namespace Millwright.Core.Detection;

/// <summary>Detectors that judge by the peers until they have learned.</summary>
public sealed class PriorTests
{
    private const string State = "running";
    private const int Metrics = 3;

    public static TheoryData<string> Kinds => [RobustZParameters.Name, SeasonalParameters.Name, MahalanobisParameters.Name, SubspaceParameters.Name];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decision_IsOfThePeersFromTheFirstSample_AndSaysSo(string kind)
    {
        IDetector with = Create(kind);
        Adopt(with, Prior());
        IDetector without = Create(kind);

        Feed(with, seed: 1, 0, 12, NoFault);
        Feed(without, seed: 1, 0, 12, NoFault);

        Decision decision = with.DecisionOf(Subject(kind))!;
        Assert.Equal((DecisionVerdict.Quiet, 4), (decision.Verdict, decision.PriorPeers));
        Assert.InRange(decision.Warmup, 0, 0.9);
        Assert.Equal(decision.Score, decision.Contributions.Sum(c => c.Share), 1e-6);
        Assert.Equal((DecisionVerdict.Warming, 0), (without.DecisionOf(Subject(kind))!.Verdict, without.DecisionOf(Subject(kind))!.PriorPeers));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fault_InTheWarmup_IsFound_AndItsCounterfactualDoesNotFire(string kind)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            double Faulty(int second, int metric, double value) => value + (second >= 15 && metric == 0 ? 30 : 0);

            List<Anomaly> findings = Run(kind, seed, 24, Prior(), Faulty);

            Anomaly found = Assert.Single(findings, f => f.IsRaised);
            Assert.Equal((4, 0), (found.PriorPeers, found.Contributions[0].Metric));
            Assert.InRange(found.EventTime, DetectorRun.Start.AddSeconds(15), DetectorRun.Start.AddSeconds(19));
            Assert.True(found.SumsUp);
            Assert.Empty(Run(kind, seed, 24, null, Faulty));
            if (found.CounterfactualValue is { } value)
            {
                int at = (int)(found.EventTime - DetectorRun.Start).TotalSeconds - (kind is "robust-z" or "seasonal" ? 0 : 1);
                double Moved(int second, int metric, double v) =>
                    second == at && metric == found.CounterfactualMetric ? value : Faulty(second, metric, v);
                Assert.DoesNotContain(Run(kind, seed, 24, Prior(), Moved), f => f.EventTime == found.EventTime);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void HealthyWarmup_IsQuiet_WhenTheAssetIsWithinTheSpreadOfItsPeers(string kind)
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            // Its own level is drawn as those of the peers were.
            double level = new Noise(seed + 1_000).Next(0, 2);
            Assert.Empty(Run(kind, seed, 60, Prior(), (_, _, value) => value + level));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WrongPrior_RaisesNothing_AndMasksNothing_OnceTheOwnSamplesCount(string kind)
    {
        double Faulty(int second, int metric, double value) => value + (second >= 500 && metric == 0 ? 30 : 0);
        for (int seed = 1; seed <= 3; seed++)
        {
            List<Anomaly> without = Run(kind, seed, 520, null, Faulty);

            // One peer, twice as high; and one that is, and is said to spread so far that all fits.
            List<Anomaly> wrong = Run(kind, seed, 520, Prior(centre: 80, between: 1.5), Faulty);
            List<Anomaly> wide = Run(kind, seed, 520, Prior(centre: 80, between: 40), Faulty);

            Assert.Contains(without, f => f.IsRaised && f.EventTime >= DetectorRun.Start.AddSeconds(500));
            Assert.Equal(Told(without), Told(wrong));
            Assert.Equal(Told(without), Told(wide));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Restore_AfterEverySample_ChangesNothing(string kind)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            double Faulty(int second, int metric, double value) => value + (second is >= 12 and < 18 or >= 130 && metric == 0 ? 30 : 0);
            PriorFigures prior = Prior(centre: seed == 3 ? 80 : 40);
            List<Anomaly> straight = [];
            IDetector one = Create(kind);
            Adopt(one, prior);
            List<Anomaly> restored = [];
            IDetector other = Create(kind);
            Adopt(other, prior);
            for (int second = 0; second < 150; second++)
            {
                Feed(one, seed, second, second + 1, Faulty, straight);
                IDetector fresh = Create(kind);
                DetectorRun.Restore(fresh, DetectorRun.Bytes(other));
                Assert.Equal(DetectorRun.Bytes(other), DetectorRun.Bytes(fresh));
                other = fresh;
                Feed(other, seed, second, second + 1, Faulty, restored);
                Assert.Equal(DetectorRun.Bytes(one), DetectorRun.Bytes(other));
            }

            Assert.Equal(Told(straight), Told(restored));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Prior_IsOfNoUse_WhereTheBaselineIsLearned_AndAResetForgetsIt(string kind)
    {
        IDetector learned = Create(kind);
        Feed(learned, 1, 0, 400, NoFault);
        byte[] before = DetectorRun.Bytes(learned);
        Adopt(learned, Prior(centre: 90));
        Assert.Equal(before, DetectorRun.Bytes(learned));

        IDetector young = Create(kind);
        Feed(young, 1, 0, 10, NoFault);
        Adopt(young, Prior());
        Feed(young, 1, 10, 12, NoFault);
        ((IRelearns)young).Relearn(-1, DetectorRun.Start.AddSeconds(12), []);
        Feed(young, 1, 12, 24, NoFault);

        Assert.Equal((DecisionVerdict.Warming, 0), (young.DecisionOf(Subject(kind))!.Verdict, young.DecisionOf(Subject(kind))!.PriorPeers));
    }

    [Fact]
    public void Catalogue_NamesTheKindsThatAdopt()
    {
        List<string> adopting = [];
        foreach (DetectorKind kind in DetectorKinds.All.Where(k => k.Name != ExpressionParameters.Name))
        {
            int metrics = Math.Min(kind.MaxMetrics, Metrics);
            IDetector detector = DetectorRun.Create(kind.Name, metrics, kind.Parameters.Any(p => p.Name == "upper") ? [("upper", 1)] : []);
            byte[] before = DetectorRun.Bytes(detector);
            (detector as IAdoptsPriors)?.Adopt(Prior(), [0, 1, 2]);
            if (!before.AsSpan().SequenceEqual(DetectorRun.Bytes(detector)))
            {
                adopting.Add(kind.Name);
            }
        }

        Assert.Equal(DetectorKinds.AdoptingPriors.AsEnumerable(), adopting);
    }

    [Fact]
    public void JointDetector_AdoptsNothing_WithoutCorrelations_OrWithoutAllOfItsMetrics()
    {
        IDetector detector = Create(SubspaceParameters.Name);
        byte[] before = DetectorRun.Bytes(detector);

        Adopt(detector, Prior() with { Correlations = [] });
        ((IAdoptsPriors)detector).Adopt(Prior(), [0, 1, -1]);

        Assert.Equal(before, DetectorRun.Bytes(detector));
    }

    private static double NoFault(int second, int metric, double value) => value;

    private static int Subject(string kind) => kind is RobustZParameters.Name or SeasonalParameters.Name ? 0 : -1;

    /// <summary>Levels near 40, two apart; noise of one, and a load in common of two.</summary>
    private static PriorFigures Prior(double centre = 40, double between = 2.5) => new()
    {
        State = State,
        Peers = 4,
        Samples = 4_000,
        Metrics = [.. Enumerable.Range(0, Metrics).Select(i => new PriorMetric($"m{i}", "", centre, 2.3, between))],
        Correlations = [0.8, 0.8, 0.8],
    };

    private static IDetector Create(string kind) => kind switch
    {
        RobustZParameters.Name => DetectorRun.Create(kind, Metrics),
        SeasonalParameters.Name => DetectorRun.Create(kind, Metrics, ("period", 60), ("bins", 6), ("hold", 1), ("threshold", 6)),
        _ => DetectorRun.Create(kind, Metrics, ("warmup", 100), ("smoothing", 1), ("hold", 2), ("threshold", 2)),
    };

    private static void Adopt(IDetector detector, PriorFigures prior) => ((IAdoptsPriors)detector).Adopt(prior, [0, 1, 2]);

    private static List<Anomaly> Run(string kind, int seed, int seconds, PriorFigures? prior, Func<int, int, double, double> change)
    {
        IDetector detector = Create(kind);
        if (prior is not null)
        {
            Adopt(detector, prior);
        }

        List<Anomaly> findings = [];
        Feed(detector, seed, 0, seconds, change, findings);
        return findings;
    }

    private static void Feed(
        IDetector detector, int seed, int from, int to, Func<int, int, double, double> change, List<Anomaly>? findings = null)
    {
        for (int second = from; second < to; second++)
        {
            // Of each second its own noise, so that a stream can be fed in parts.
            Noise noise = new((seed * 10_000) + second);
            double load = noise.Next(0, 2);
            DateTimeOffset at = DetectorRun.Start.AddSeconds(second);
            for (int metric = 0; metric < Metrics; metric++)
            {
                double value = change(second, metric, 40 + load + noise.Next());
                detector.Observe(new Observation(metric, at, value, default), new DetectionContext(State, at), findings ?? []);
            }
        }
    }

    private static IEnumerable<string> Told(IEnumerable<Anomaly> findings) => findings.Select(f => FormattableString.Invariant(
        $"{f.EventTime:O} {f.Metric} {f.IsRaised} {f.Score:R} {f.CounterfactualValue:R} {f.PriorPeers}"));
}
