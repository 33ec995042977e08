using Millwright.Core.State;
using Millwright.Core.Detection.Levels;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Core.Detection;

public sealed class JointLevelDetectorTests(ITestOutputHelper output)
{
    private const string Kind = JointLevelParameters.Name;

    /// <summary>Well after the interval is learned and the warm-up is over.</summary>
    private const int Ready = 500;

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(1, 3)]
    [InlineData(300, 8)]
    public void Observe_FindsBeginAndReturn_WhenOneMetricStepsAtAnyInterval(double interval, int metrics)
    {
        DetectorRun run = DetectorRun.Of(Kind, metrics);
        Noise noise = new(7);
        for (int row = 0; row < 1_200; row++)
        {
            for (int metric = 0; metric < metrics; metric++)
            {
                double shift = metric == 0 && row is >= 700 and < 900 ? -8 : 0;
                run.Observe(row * interval, 50 + shift + noise.Next(), metric);
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start) / TimeSpan.FromSeconds(interval), 700, 710);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start) / TimeSpan.FromSeconds(interval), 900, 910);
        MetricContribution lead = run.Findings[0].Contributions[0];
        Assert.Equal(0, lead.Metric);
        Assert.InRange(lead.Baseline, 49, 51);
        Assert.InRange(lead.Observed, 40, 48);
    }

    [Fact]
    public void Observe_FindsWhatNoMetricShowsAlone_WhenSeveralMoveALittle()
    {
        int alone = 0;
        int together = 0;
        for (int seed = 1; seed <= 10; seed++)
        {
            foreach (int moving in new[] { 1, 8 })
            {
                DetectorRun run = DetectorRun.Of(Kind, 8);
                Noise noise = new(seed);
                for (int row = 0; row < 760; row++)
                {
                    for (int metric = 0; metric < 8; metric++)
                    {
                        run.Observe(row, noise.Next(100, 1) + (metric < moving && row >= 700 ? 1.25 : 0), metric);
                    }
                }

                alone += moving == 1 ? run.Raised.Count() : 0;
                together += moving == 8 ? run.Raised.Count() : 0;
            }
        }

        Assert.True(together > alone, $"{together} of 10 found together, {alone} alone");
    }

    [Fact]
    public void Observe_IsSilent_WhenNothingButNoiseComesForLong()
    {
        DetectorRun run = DetectorRun.Of(Kind, 6);
        Noise noise = new(11);
        double correlated = 0;
        for (int row = 0; row < 20_000; row++)
        {
            correlated = (0.9 * correlated) + noise.Next(0, 0.4);
            run.Observe(row, noise.Next(10, 1), 0)
                .Observe(row, Math.Round(noise.Next(32, 0.4)), 1)
                .Observe(row, 5 + correlated, 2)
                .Observe(row, 100 + (10 * Math.Sin(row / 12.7)) + noise.Next(), 3)
                .Observe(row, 42, 4)
                .Observe(row, noise.Next(-1e-3, 1e-4), 5);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_IsSilent_WhenASingleValueIsWild()
    {
        DetectorRun run = DetectorRun.Of(Kind, 2);
        Noise noise = new(29);
        for (int row = 0; row < 2_000; row++)
        {
            run.Observe(row, noise.Next(row is 700 or 1_200 ? 1e6 : 50, 1), 0).Observe(row, row == 900 ? -1e12 : noise.Next(), 1);
        }

        Assert.Empty(run.Findings);
    }

    [Theory]
    [InlineData(0.002)]
    [InlineData(0.02)]
    [InlineData(-0.1)]
    public void Observe_IsSilent_WhenAMetricDrifts(double perCell)
    {
        DetectorRun run = DetectorRun.Of(Kind, 2);
        Noise noise = new(5);
        for (int row = 0; row < 6_000; row++)
        {
            run.Observe(row, 500 + (perCell * row) + noise.Next(), 0).Observe(row, noise.Next(20, 1), 1);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_IsSilent_WhenAMetricWandersAsItAlwaysDid()
    {
        DetectorRun run = DetectorRun.Of(Kind, 2);
        Noise noise = new(3);
        double place = 70;
        double speed = 0;
        for (int row = 0; row < 6_000; row++)
        {
            speed = (0.98 * speed) + noise.Next(0, 0.004);
            place += speed;
            run.Observe(row, place + noise.Next(0, 0.02), 0).Observe(row, noise.Next(20, 1), 1);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_StaysOut_AsLongAsTheFaultLasts_AndLearnsItAfterTheLongest()
    {
        DetectorRun run = DetectorRun.Of(Kind, 1, ("longest", 400));
        Noise noise = new(2);
        for (int row = 0; row < 1_600; row++)
        {
            run.Observe(row, noise.Next(row < Ready ? 10 : 20, 0.5));
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.Equal(400, (run.Findings[1].EventTime - run.Findings[0].EventTime).TotalSeconds, 2.0);
    }

    [Fact]
    public void Observe_IsOneAnomaly_WhenAFaultGrowsAndFallsInRamps()
    {
        DetectorRun run = DetectorRun.Of(Kind, 2);
        Noise noise = new(13);
        for (int row = 0; row < 1_300; row++)
        {
            double height = Math.Clamp(Math.Min((row - 600) / 50.0, (950 - row) / 50.0), 0, 1);
            run.Observe(row, 30 - (3 * height) + noise.Next(0, 0.3), 0).Observe(row, noise.Next(), 1);
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds, 600, 640);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalSeconds, 930, 975);
    }

    [Fact]
    public void Observe_KeepsABaselinePerState_WhenTheStateChanges()
    {
        DetectorRun run = DetectorRun.Of(Kind, 1);
        Noise noise = new(17);
        for (int row = 0; row < 4_000; row++)
        {
            bool isIdle = row / 250 % 2 == 1;
            run.Observe(row, noise.Next(isIdle ? 3 : 90, 0.5), 0, isIdle ? "idle" : "running");
        }

        Assert.Empty(run.Findings);
        for (int row = 4_000; row < 4_100; row++)
        {
            run.Observe(row, noise.Next(row < 4_050 ? 90 : 80, 0.5));
        }

        run.Observe(4_100, 3, 0, "idle");
        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.Equal(DetectorRun.Start.AddSeconds(4_100), run.Findings[1].EventTime);
    }

    [Fact]
    public void Observe_JudgesFastMetrics_WhenOneIsSlowAndOneIsDead()
    {
        DetectorRun run = DetectorRun.Of(Kind, 4);
        Noise noise = new(19);
        for (int row = 0; row < 900; row++)
        {
            run.Observe(row, noise.Next(10, 1), 0).Observe(row + 0.3, noise.Next(row < 700 ? 20 : 30, 1), 1);
            if (row % 60 == 0)
            {
                run.Observe(row + 0.5, noise.Next(), 2);
            }
        }

        Anomaly found = Assert.Single(run.Findings);
        Assert.Equal(1, found.Contributions[0].Metric);
        Assert.InRange((found.EventTime - DetectorRun.Start).TotalSeconds, 700, 708);
    }

    [Fact]
    public void Counterfactual_DoesNotFire_WhenTheNewestCellHadTheValue()
    {
        int judged = 0;
        for (int seed = 1; seed <= 40; seed++)
        {
            double[] values = Values(seed, 620 + seed, 560);
            Anomaly? raised = Feed(values, values.Length).Raised.FirstOrDefault();
            if (raised?.CounterfactualValue is not { } value)
            {
                continue;
            }

            int cell = (int)Math.Round((raised.EventTime - DetectorRun.Start).TotalSeconds) - 1;
            Assert.Equal(raised.CounterfactualIsUpper, value < values[cell]);
            Assert.Empty(Feed([.. values[..cell], value, values[cell + 1]], cell + 2).Raised);
            judged++;
        }

        Assert.True(judged > 10, $"{judged} counterfactuals");
    }

    [Fact]
    public void DecisionOf_FollowsTheDetector_FromWarmUpToAlarmAndRest()
    {
        IDetector detector = DetectorRun.Create(Kind, 2);
        DetectorRun run = new(detector);
        Noise noise = new(23);
        HashSet<DecisionVerdict> seen = [];
        Assert.Null(detector.DecisionOf(-1));
        for (int row = 0; row < 1_100; row++)
        {
            run.Observe(row, noise.Next(row is >= 700 and < 900 ? 60 : 50, 1), 0).Observe(row, noise.Next(), 1);
            if (detector.DecisionOf(-1) is { } decision)
            {
                seen.Add(decision.Verdict);
                Assert.Equal(decision.Verdict == DecisionVerdict.Warming, double.IsNaN(decision.Score));
                Assert.True(double.IsNaN(decision.Score)
                    || Math.Abs(decision.Score - decision.Contributions.Sum(entry => entry.Share)) < 1e-6);
                Assert.Equal(row < 317, decision.Verdict == DecisionVerdict.Warming);
            }
        }

        Assert.Null(detector.DecisionOf(0));
        Assert.Equal(Enum.GetValues<DecisionVerdict>().Order(), seen.Order());
    }

    /// <summary>Cells are as long as the fastest metric's interval: most of them say nothing about a slow one.</summary>
    [Theory]
    [InlineData(15)]
    [InlineData(60)]
    public void Observe_IsOneAnomaly_WhenASlowMetricAmongFastOnesShifts(int every)
    {
        DetectorRun run = DetectorRun.Of(Kind, 3, ("every", 1), ("longest", 50_000));
        Noise noise = new(31);
        int cells = 600 * every;
        for (int row = 0; row < cells; row++)
        {
            run.Observe(row, noise.Next(), 0).Observe(row, noise.Next(20), 1);
            if (row % every == 0)
            {
                bool isOut = row >= 400 * every && row < 500 * every;
                run.Observe(row, noise.Next(isOut ? 62 : 50), 2);
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds / every, 400, 406);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalSeconds / every, 500, 510);
    }

    [Fact]
    public void Observe_IsOneAnomaly_WhenTheMetricThatShiftedFallsSilent()
    {
        DetectorRun run = DetectorRun.Of(Kind, 2, ("longest", 5_000));
        Noise noise = new(37);
        for (int row = 0; row < 2_000; row++)
        {
            run.Observe(row, noise.Next(), 0);
            if (row is < 730 or >= 1_400)
            {
                run.Observe(row, noise.Next(row is >= 700 and < 1_500 ? 62 : 50), 1);
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds, 700, 710);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalSeconds, 1_500, 1_515);
    }

    /// <summary>Too long a shift is the new level, for slow metrics too.</summary>
    [Fact]
    public void Observe_LearnsTheNewLevelOfASlowMetric_AfterTheLongest()
    {
        DetectorRun run = DetectorRun.Of(Kind, 2, ("every", 1), ("longest", 1_000));
        Noise noise = new(41);
        for (int row = 0; row < 40_000; row++)
        {
            run.Observe(row, noise.Next(), 0);
            if (row % 30 == 0)
            {
                run.Observe(row, noise.Next(row >= 12_000 ? 62 : 50), 1);
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
    }

    [Fact]
    public void DecisionOf_SumsUp_AfterAChangeOfState()
    {
        IDetector detector = DetectorRun.Create(Kind, 2);
        DetectorRun run = new(detector);
        Noise noise = new(23);
        for (int row = 0; row < 2_000; row++)
        {
            run.Observe(row, noise.Next(50, 1), 0, row / 450 % 2 == 0 ? "running" : "idle")
                .Observe(row, noise.Next(), 1, row / 450 % 2 == 0 ? "running" : "idle");
            Decision? decision = detector.DecisionOf(-1);
            Assert.True(decision is null || double.IsNaN(decision.Score)
                || Math.Abs(decision.Score - decision.Contributions.Sum(entry => entry.Share)) < 1e-6, $"row {row}: {decision}");
        }
    }

    [Fact]
    public void Restore_Refuses_AStateOfOtherMetricsOrCells()
    {
        byte[] state = DetectorRun.Bytes(DetectorRun.Create(Kind, 2));

        Assert.Throws<StateFormatException>(() => DetectorRun.Restore(DetectorRun.Create(Kind, 3), state));
        Assert.Throws<StateFormatException>(() => DetectorRun.Restore(DetectorRun.Create(Kind, 2, ("every", 60)), state));
    }

    /// <summary>
    /// Guards what was reached when the parameters were chosen. Chosen on other experiments than it is judged on, F1 is 0.845 (one left
    /// out) and 0.821 (one folder left out).
    /// </summary>
    [RecordingFact("skab")]
    public void Observe_ScoresTheRecordings_WithOneDefault()
    {
        IReadOnlyList<SkabRecording> labelled = SkabRecording.Labelled();
        SkabScore score = SkabScore.Of(labelled, () => DetectorRun.Create(Kind, 8));
        SkabScore faultFree = SkabScore.Of(SkabRecording.FaultFree(), () => DetectorRun.Create(Kind, 8));

        output.WriteLine($"SKAB, {labelled.Count} files: F1 {score.F1:F3}, FAR {score.FalseAlarmRate:P1}");
        output.WriteLine($"SKAB, fault-free run: {faultFree.FalseAlarmRate:P1} of the points");
        Assert.True(score.F1 > 0.87, $"F1 {score.F1:F3}");
        Assert.True(score.FalseAlarmRate < 0.12, $"FAR {score.FalseAlarmRate:P1}");
        Assert.True(faultFree.FalseAlarmRate < 0.05, $"FAR {faultFree.FalseAlarmRate:P1}");
    }

    private static double[] Values(int seed, int count, int step)
    {
        Noise noise = new(seed);
        return [.. Enumerable.Range(0, count).Select(row => noise.Next(row < step ? 10 : 10 + (seed / 4.0), 1))];
    }

    private static DetectorRun Feed(double[] values, int count)
    {
        DetectorRun run = DetectorRun.Of(Kind);
        for (int row = 0; row < count; row++)
        {
            run.Observe(row, values[row]);
        }

        return run;
    }
}
