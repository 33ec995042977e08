namespace Millwright.Core.Detection;

public sealed class ThresholdDetectorTests
{
    [Theory]
    [InlineData("0:89 1:90 2:89.9", "+1 -2")]
    [InlineData("0:91 1:92 2:95 3:10", "+0 -3")]
    [InlineData("0:89.999 1:9", "")]
    public void Observe_FiresAtTheLimitAndClearsBelow_WithoutHysteresis(string samples, string story)
    {
        DetectorRun run = DetectorRun.Of("threshold", 1, ("upper", 90));

        Feed(run, samples);

        Assert.Equal(story, run.Story());
    }

    [Theory]
    [InlineData("0:91 1:86 2:85.1 3:85 4:91", "+0 -3 +4")]
    [InlineData("0:91 1:88 2:91 3:88", "+0")]
    public void Observe_ClearsOnlyAfterTheWayBack_WithHysteresis(string samples, string story)
    {
        DetectorRun run = DetectorRun.Of("threshold", 1, ("upper", 90), ("hysteresis", 5));

        Feed(run, samples);

        Assert.Equal(story, run.Story());
    }

    [Theory]
    [InlineData("0:91 4.999:91 5:91", "+5")]
    [InlineData("0:91 3:89 4:91 8:91 9:91", "+9")]
    [InlineData("0:91 60:91", "+60")]
    [InlineData("0:91 10:91 11:89 14:91 15:89 24:89 25:89", "+10 -25")]
    public void Observe_WaitsInEventTime_WithDwell(string samples, string story)
    {
        DetectorRun run = DetectorRun.Of("threshold", 1, ("upper", 90), ("dwell", 5), ("clear-dwell", 10));

        Feed(run, samples);

        Assert.Equal(story, run.Story());
    }

    [Fact]
    public void Observe_ChangesSides_WhenTheValueJumpsFromLimitToLimit()
    {
        DetectorRun run = DetectorRun.Of("threshold", 1, ("upper", 90), ("lower", 10));

        Feed(run, "0:95 1:5 2:50");

        Assert.Equal("+0 -1 +1 -2", run.Story());
        Assert.Equal([90.0, 10.0], run.Raised.Select(finding => finding.Contributions[0].Baseline));
    }

    [Fact]
    public void Observe_KeepsMetricsApart()
    {
        DetectorRun run = DetectorRun.Of("threshold", 2, ("lower", -5));

        run.Observe(0, -6, 0).Observe(0, 0, 1).Observe(1, -7, 1).Observe(2, 0, 0);

        Assert.Equal([(0, true), (1, true), (0, false)], run.Findings.Select(finding => (finding.Metric, finding.IsRaised)));
    }

    [Fact]
    public void Create_EndsWhatIsOpen_WhenTheAssetLeavesTheJudgedStates()
    {
        DetectorRun run = new(DetectorFactory.Create(
            new DetectorIdentity("d", "threshold", "1"), [0], new Dictionary<string, double> { ["upper"] = 90 }, ["running"]));

        run.Observe(0, 95, state: "idle").Observe(1, 95).Observe(2, 96);
        run.Observe(3, 97, state: "idle").Observe(4, 98, state: "idle").Observe(5, 95);

        Assert.Equal("+1 -3 +5", run.Story());
    }

    [Fact]
    public void Restore_KeepsTheGate_WhenTheDetectorJudgesSomeStatesOnly()
    {
        Dictionary<string, double> limit = new() { ["upper"] = 90 };
        DetectorIdentity identity = new("d", "threshold", "1");
        IDetector before = DetectorFactory.Create(identity, [0], limit, ["running"]);
        new DetectorRun(before).Observe(1, 95);
        IDetector after = DetectorFactory.Create(identity, [0], limit, ["running"]);
        DetectorRun.Restore(after, DetectorRun.Bytes(before));

        DetectorRun run = new DetectorRun(after).Observe(2, 95).Observe(3, 95, state: "idle");

        Assert.Equal("-3", run.Story());
    }

    private static void Feed(DetectorRun run, string samples)
    {
        foreach (string sample in samples.Split(' '))
        {
            string[] parts = sample.Split(':');
            run.Observe(double.Parse(parts[0]), double.Parse(parts[1]));
        }
    }
}
