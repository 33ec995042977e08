using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Core.Detection;

public sealed class MahalanobisDetectorTests(ITestOutputHelper output)
{
    private const int Broken = 600;

    [Fact]
    public void Observe_FiresWhereNoSingleMetricDoes_WhenACorrelationBreaks()
    {
        DetectorRun joint = DetectorRun.Of("mahalanobis", 2);
        DetectorRun single = DetectorRun.Of("robust-z", 2);

        foreach (DetectorRun run in new[] { joint, single })
        {
            Feed(run, 700, (_, value) => value);
        }

        Assert.Empty(single.Findings);
        output.WriteLine("joint: " + joint.Story());
        Assert.InRange((joint.Findings[0].EventTime - DetectorRun.Start).TotalSeconds, Broken, Broken + 60);
        Assert.Equal([0, 1], joint.Findings[0].Contributions.Select(entry => entry.Metric).Order());
    }

    [Fact]
    public void Counterfactual_DoesNotFire_WhenTheCellHadTheValue()
    {
        DetectorRun run = DetectorRun.Of("mahalanobis", 2);
        Feed(run, 700, (_, value) => value);
        Anomaly raised = run.Raised.First();
        Assert.NotNull(raised.CounterfactualValue);
        int cell = (int)(raised.WindowEnd - DetectorRun.Start).TotalSeconds - 1;
        double observed = raised.Contributions.Single(entry => entry.Metric == raised.CounterfactualMetric).Observed;
        double shift = raised.CounterfactualValue.Value - observed;
        Assert.Equal(raised.CounterfactualIsUpper, shift < 0);

        // The value is one of the mean over ten cells: the last cell moves it by a tenth of its own shift.
        DetectorRun moved = DetectorRun.Of("mahalanobis", 2);
        Feed(moved, cell + 2, (at, value) => at == (cell, raised.CounterfactualMetric) ? value + (10 * shift) : value);
        DetectorRun halfway = DetectorRun.Of("mahalanobis", 2);
        Feed(halfway, cell + 2, (at, value) => at == (cell, raised.CounterfactualMetric) ? value + (10 * shift * 0.9) : value);

        Assert.Empty(moved.Findings);
        Assert.Equal(raised.EventTime, Assert.Single(halfway.Findings).EventTime);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(12)]
    public void Observe_FindsNothing_InNoise(int metrics)
    {
        DetectorRun run = DetectorRun.Of("mahalanobis", metrics);
        Noise noise = new(17);
        for (int second = 0; second < 10_000; second++)
        {
            for (int metric = 0; metric < metrics; metric++)
            {
                run.Observe(second, noise.Next(50), metric);
            }
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_SaysNothing_WhileWarmingUpOrWithAMetricMissing()
    {
        IDetector detector = DetectorRun.Create("mahalanobis", 2, ("warmup", 100), ("carry", 3));
        DetectorRun run = new(detector);
        Noise noise = new(1);
        for (int second = 0; second < 60; second++)
        {
            run.Observe(second, noise.Next(second < 50 ? 10 : 1_000), 0).Observe(second, noise.Next(10), 1);
        }

        Assert.Equal(DecisionVerdict.Warming, detector.DecisionOf(-1)!.Verdict);
        Assert.InRange(detector.DecisionOf(-1)!.Warmup, 0.4, 0.6);
        for (int second = 60; second < 1_000; second++)
        {
            run.Observe(second, second < 500 ? noise.Next(10) : 1e6, 0);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_StaysCalm_WhenMetricsAreCopiesOfEachOtherOrConstant()
    {
        DetectorRun run = DetectorRun.Of("mahalanobis", 4);
        Noise noise = new(12);
        for (int second = 0; second < 3_000; second++)
        {
            double value = noise.Next(20);
            run.Observe(second, value, 0).Observe(second, value, 1).Observe(second, -3 * value, 2).Observe(second, 0, 3);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_FiresStill_AfterAnAbsurdValue()
    {
        DetectorRun run = DetectorRun.Of("mahalanobis", 2);
        Feed(run, 700, (at, value) => at.Second == 100 ? double.MaxValue : value);

        Assert.NotEmpty(run.Raised);
    }

    [Fact]
    public void Restore_Refuses_WhenTheCellsHaveAnotherLength()
    {
        byte[] state = DetectorRun.Bytes(DetectorRun.Create("mahalanobis", 2));

        Assert.Throws<Millwright.Core.State.StateFormatException>(
            () => DetectorRun.Restore(DetectorRun.Create("mahalanobis", 2, ("every", 60)), state));
    }

    [Fact]
    public void Observe_KeepsABaselinePerOperatingState()
    {
        DetectorRun run = DetectorRun.Of("mahalanobis", 2, ("warmup", 120));
        Noise noise = new(13);
        for (int second = 0; second < 6_000; second++)
        {
            bool isRunning = second / 300 % 2 == 0;
            double level = isRunning ? 50 : 5;
            run.Observe(second, noise.Next(level), 0, isRunning ? "running" : "idle")
                .Observe(second, noise.Next(-level), 1, isRunning ? "running" : "idle");
        }

        Assert.Empty(run.Findings);
    }

    [RecordingFact("skab")]
    public void Observe_ScoresTheRecordings_WithOneDefault()
    {
        IReadOnlyList<SkabRecording> labelled = SkabRecording.Labelled();
        SkabScore score = SkabScore.Of(labelled, () => DetectorRun.Create("mahalanobis", 8));
        SkabScore faultFree = SkabScore.Of(SkabRecording.FaultFree(), () => DetectorRun.Create("mahalanobis", 8));

        output.WriteLine($"SKAB, {labelled.Count} files: F1 {score.F1:F3}, FAR {score.FalseAlarmRate:P1}");
        output.WriteLine($"SKAB, fault-free run: {faultFree.FalseAlarmRate:P1} of the points");
        Assert.True(score.F1 > 0.75, $"F1 {score.F1:F3}");
        Assert.True(score.FalseAlarmRate < 0.1, $"FAR {score.FalseAlarmRate:P1}");
    }

    /// <summary>Two metrics that follow one load, until the second follows its mirror image: each stays where it always was.</summary>
    private static void Feed(DetectorRun run, int seconds, Func<(int Second, int Metric), double, double> change)
    {
        Noise noise = new(21);
        double load = 0;
        for (int second = 0; second < seconds; second++)
        {
            load = (0.95 * load) + noise.Next(0, 0.5);
            double other = second < Broken ? load : -load;
            run.Observe(second, change((second, 0), 50 + load + noise.Next(0, 0.1)), 0);
            run.Observe(second, change((second, 1), 20 + other + noise.Next(0, 0.1)), 1);
        }
    }
}
