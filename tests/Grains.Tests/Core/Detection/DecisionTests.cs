namespace Millwright.Core.Detection;

/// <summary>The level between findings: where each detector stands with what it judged last.</summary>
public sealed class DecisionTests
{
    public static TheoryData<string, int> Cases => DetectorScenario.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void DecisionOf_AgreesWithTheFindingsAndExplainsItself_AtEverySample(string kind, int seed)
    {
        IDetector detector = DetectorScenario.Create(kind);
        HashSet<int> open = [];
        HashSet<DecisionVerdict> seen = [];
        List<Anomaly> findings = [];
        foreach (DetectorScenario.Step step in DetectorScenario.Steps(seed))
        {
            findings.Clear();
            DetectorScenario.Take(detector, step, findings);
            foreach (Anomaly finding in findings)
            {
                _ = finding.IsRaised ? open.Add(finding.Metric) : open.Remove(finding.Metric);
            }

            foreach (int subject in Enumerable.Range(-1, DetectorScenario.Metrics + 1))
            {
                if (detector.DecisionOf(subject) is { } decision)
                {
                    seen.Add(decision.Verdict);
                    Check(decision, subject, open.Contains(subject));
                }
            }
        }

        Assert.Contains(DecisionVerdict.Quiet, seen);
        Assert.Contains(DecisionVerdict.Active, seen);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void DecisionOf_IsTheSame_AfterRestore(string kind, int seed)
    {
        IDetector detector = DetectorScenario.Create(kind);
        foreach ((DetectorScenario.Step step, int index) in DetectorScenario.Steps(seed).Select((step, index) => (step, index)))
        {
            DetectorScenario.Take(detector, step, []);
            if (index % 50 == 0)
            {
                IDetector restored = DetectorScenario.Create(kind);
                DetectorRun.Restore(restored, DetectorRun.Bytes(detector));
                foreach (int subject in Enumerable.Range(-1, DetectorScenario.Metrics + 1))
                {
                    Assert.Equal(Text(detector.DecisionOf(subject)), Text(restored.DecisionOf(subject)));
                }
            }
        }
    }

    [Fact]
    public void DecisionOf_IsNull_ForASubjectThatWasNeverJudged()
    {
        foreach (DetectorKind kind in DetectorKinds.All)
        {
            IDetector detector = DetectorScenario.Create(kind.Name);

            Assert.All(Enumerable.Range(-1, 9), subject => Assert.Null(detector.DecisionOf(subject)));
        }
    }

    [Fact]
    public void DecisionOf_TellsTheWholeStory_OfAThreshold()
    {
        IDetector detector = DetectorRun.Create("threshold", 1, ("upper", 90), ("lower", 10), ("dwell", 5), ("clear-dwell", 5));
        DetectorRun run = new(detector);

        string story = string.Join(" ", new[] { (0, 50.0), (1, 12), (2, 90), (8, 98), (9, 50), (14, 50) }.Select(sample =>
        {
            run.Observe(sample.Item1, sample.Item2);
            Decision decision = detector.DecisionOf(0)!;
            return FormattableString.Invariant($"{decision.Verdict}:{decision.Score:0.###}");
        }));

        Assert.Equal("Quiet:0.5 Quiet:0.975 Pending:1 Active:1.1 Active:0.5 Quiet:0.5", story);
    }

    [Fact]
    public void DecisionOf_ShowsWarmupAndSettling_OfRobustZ()
    {
        IDetector detector = DetectorRun.Create("robust-z", 1, ("min-samples", 20), ("settle", 10));
        DetectorRun run = new(detector);
        Noise noise = new(1);
        for (int i = 0; i < 10; i++)
        {
            run.Observe(i, noise.Next());
        }

        Assert.Equal((DecisionVerdict.Warming, 0.5), (detector.DecisionOf(0)!.Verdict, detector.DecisionOf(0)!.Warmup));
        for (int i = 10; i < 40; i++)
        {
            run.Observe(i, noise.Next());
        }

        Assert.Equal((DecisionVerdict.Quiet, 1.0), (detector.DecisionOf(0)!.Verdict, detector.DecisionOf(0)!.Warmup));
        run.Observe(40, 5, state: "idle");
        Assert.Equal(DecisionVerdict.Suspended, detector.DecisionOf(0)!.Verdict);
        Assert.Empty(detector.DecisionOf(0)!.Contributions);
        run.Observe(50, 5, state: "idle");
        Assert.Equal(DecisionVerdict.Warming, detector.DecisionOf(0)!.Verdict);
    }

    [Fact]
    public void DecisionOf_ShowsTheHold_OfMahalanobis()
    {
        IDetector detector = DetectorRun.Create("mahalanobis", 2, ("warmup", 100), ("smoothing", 1), ("hold", 3));
        DetectorRun run = new(detector);
        Noise noise = new(5);
        string story = "";
        for (int i = 0; i < 205; i++)
        {
            double shared = noise.Next();
            run.Observe(i, shared + noise.Next(0, 0.1) + (i >= 200 ? 9 : 0), 0).Observe(i, shared + noise.Next(0, 0.1), 1);
            story += i >= 199 ? detector.DecisionOf(-1)!.Verdict.ToString()[0] : "";
        }

        Assert.Equal("QQPPAA", story);
        Assert.Null(detector.DecisionOf(0));
    }

    private static void Check(Decision decision, int subject, bool isOpen)
    {
        Assert.Equal(subject, decision.Metric);
        Assert.Equal(isOpen, decision.Verdict == DecisionVerdict.Active);
        Assert.InRange(decision.Warmup, 0, 1);
        if (double.IsNaN(decision.Score))
        {
            Assert.Empty(decision.Contributions);
            Assert.Contains(decision.Verdict, new[] { DecisionVerdict.Warming, DecisionVerdict.Suspended });
            return;
        }

        Assert.Equal(decision.Score, decision.Contributions.Sum(entry => entry.Share), 1e-6);
        double[] shares = [.. decision.Contributions.Select(entry => entry.Share)];
        Assert.Equal(shares.OrderDescending(), shares);
        Assert.True(decision.Verdict != DecisionVerdict.Pending || decision.Score >= decision.Threshold);
        Assert.True(decision.Verdict != DecisionVerdict.Quiet || decision.Score < decision.Threshold, $"{decision}");
    }

    private static string Text(Decision? decision) => decision is null ? "none" : string.Join(
        "|",
        [decision with { Contributions = [] }, .. decision.Contributions.Select(object (entry) => entry)]);
}
