using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What holds for every detector, whatever it looks for.</summary>
public sealed class DetectorPropertyTests
{
    public static TheoryData<string, int> Cases => DetectorScenario.Cases();

    public static TheoryData<string> Kinds => [.. DetectorKinds.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Contributions_SumToTheScoreLargestFirst_WhenSomethingIsFound(string kind, int seed)
    {
        List<Anomaly> findings = DetectorScenario.Run(kind, seed);

        Assert.Contains(findings, finding => finding.IsRaised);
        Assert.Contains(findings, finding => !finding.IsRaised);
        foreach (Anomaly finding in findings)
        {
            Assert.True(double.IsFinite(finding.Score));
            Assert.Equal(finding.Score, finding.Contributions.Sum(entry => entry.Share), 1e-6);
            double[] shares = [.. finding.Contributions.Select(entry => entry.Share)];
            Assert.Equal(shares.OrderDescending(), shares);
            Assert.True(!finding.IsRaised || finding.Score >= finding.Threshold, "what fires lies at or above its threshold");
            Assert.InRange(finding.Completeness, 0, 1);
            Assert.True(finding.WindowStart <= finding.WindowEnd);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Findings_Alternate_ForEachSubject(string kind, int seed)
    {
        foreach (IGrouping<int, Anomaly> subject in DetectorScenario.Run(kind, seed).GroupBy(finding => finding.Metric))
        {
            bool expected = true;
            foreach (Anomaly finding in subject)
            {
                Assert.Equal(expected, finding.IsRaised);
                expected = !expected;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_ChangesNothing_AfterEverySample(string kind, int seed)
    {
        IDetector straight = DetectorScenario.Create(kind);
        IDetector restored = DetectorScenario.Create(kind);
        List<Anomaly> expected = [];
        List<Anomaly> actual = [];

        foreach (DetectorScenario.Step step in DetectorScenario.Steps(seed))
        {
            DetectorScenario.Take(straight, step, expected);
            DetectorScenario.Take(restored, step, actual);
            byte[] state = DetectorRun.Bytes(restored);
            Assert.Equal(DetectorRun.Bytes(straight), state);
            if (step.Metric >= 0)
            {
                restored = DetectorScenario.Create(kind);
                DetectorRun.Restore(restored, state);
            }
        }

        Assert.Equal(expected.Select(Text), actual.Select(Text));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_RefusesOrReads_WhenTheStateIsCut(string kind, int seed)
    {
        IDetector detector = DetectorScenario.Create(kind);
        foreach (DetectorScenario.Step step in DetectorScenario.Steps(seed).Take(400))
        {
            DetectorScenario.Take(detector, step, []);
        }

        byte[] state = DetectorRun.Bytes(detector);
        for (int length = 0; length < state.Length; length += 1 + (state.Length / 97))
        {
            StateReader cut = new(state.AsMemory(0, length));
            Assert.Throws<StateFormatException>(() => DetectorScenario.Create(kind).Restore(cut));
        }
    }

    [Theory]
    [InlineData("threshold")]
    [InlineData("robust-z")]
    [InlineData("stuck")]
    [InlineData("novelty")]
    [InlineData("rate-of-change")]
    [InlineData("level-shift")]
    [InlineData("seasonal")]
    public void Counterfactual_DoesNotFire_WhenTheMetricHadTheValue(string kind)
    {
        IDetector detector = DetectorScenario.Create(kind);
        List<Anomaly> findings = [];
        int judged = 0;
        foreach (DetectorScenario.Step step in DetectorScenario.Steps(1))
        {
            byte[] before = DetectorRun.Bytes(detector);
            findings.Clear();
            DetectorScenario.Take(detector, step, findings);
            if (findings.FirstOrDefault(finding => finding.IsRaised) is not { } raised)
            {
                continue;
            }

            Assert.NotNull(raised.CounterfactualValue);
            IDetector again = DetectorScenario.Create(kind);
            DetectorRun.Restore(again, before);
            List<Anomaly> counterfactual = [];
            DetectorScenario.Take(again, step with { Value = raised.CounterfactualValue.Value }, counterfactual);
            Assert.DoesNotContain(counterfactual, finding => finding.IsRaised);
            Assert.Equal(raised.CounterfactualIsUpper, raised.CounterfactualValue < step.Value);
            judged++;
        }

        Assert.True(judged > 0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Observe_AllocatesNothing_WhenNothingIsFound(string kind)
    {
        IDetector detector = Calm(kind);
        Noise noise = new(9);
        DetectorScenario.Step[] steps = [.. Enumerable.Range(0, 6_000)
            .Select(i => new DetectorScenario.Step(i / 3, i % 3, noise.Next(50), "running"))];
        List<Anomaly> findings = [];
        foreach (DetectorScenario.Step step in steps[..3_000])
        {
            DetectorScenario.Take(detector, step, findings);
        }

        // The least of three parts: the just-in-time compiler may allocate on this thread when it replaces a method, the detector would in each.
        long allocated = long.MaxValue;
        for (int part = 3_000; part < 6_000; part += 1_000)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            foreach (DetectorScenario.Step step in steps.AsSpan(part, 1_000))
            {
                DetectorScenario.Take(detector, step, findings);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Empty(findings);

        // A third of what 3,000 steps were allowed: the bound per step is the same.
        Assert.InRange(allocated, 0, 333);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Observe_StaysFinite_WhenValuesAreExtreme(string kind)
    {
        double[] extremes =
        [
            double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, -0.0, 0,
        ];
        IDetector detector = DetectorScenario.Create(kind);
        List<Anomaly> findings = [];
        Noise noise = new(3);
        for (int i = 0; i < 6_000; i++)
        {
            double value = i % 5 == 0 ? extremes[noise.Whole(extremes.Length)] : noise.Next();
            DetectorScenario.Take(detector, new DetectorScenario.Step(i / 3, i % 3, value, "running"), findings);
        }

        Assert.All(findings, finding =>
        {
            Assert.True(double.IsFinite(finding.Score));
            Assert.Equal(finding.Score, finding.Contributions.Sum(entry => entry.Share), 1e-6);
        });
        DetectorRun.Restore(DetectorScenario.Create(kind), DetectorRun.Bytes(detector));
    }

    /// <summary>With the defaults of the kind, but warm after 1,000 seconds.</summary>
    private static IDetector Calm(string kind) => kind switch
    {
        "threshold" or "seasonal" or "health" => DetectorScenario.Create(kind),

        // Without a mean or a deviation over a window: to read those, exact sums become big integers, 240 bytes per instant that is judged.
        "expression" => ExpressionDetectorTests.Create(
            "flow > 70 L/min and temperature > 20 Cel or quantile(current, 1 min, 0.9) > 60 A", ("dwell", 1)),
        "trend" => DetectorRun.Create(kind, DetectorScenario.Metrics, ("span", 120), ("blocks", 12), ("threshold", 4)),

        // In noise alone it finds the least likely value of the day.
        "novelty" => DetectorRun.Create(kind, DetectorScenario.Metrics, ("threshold", 12)),
        _ => DetectorRun.Create(kind, DetectorScenario.Metrics),
    };

    private static string Text(Anomaly finding) => string.Join(
        "|",
        [finding with { Contributions = [] }, .. finding.Contributions.Select(object (entry) => entry)]);
}
