namespace Millwright.Core.Detection;

public sealed class RobustZDetectorTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(300)]
    public void Observe_AlertsEachSpikeOnceAndNothingElse_OnWorkloadOne(double interval)
    {
        const int Every = 997;
        DetectorRun run = DetectorRun.Of("robust-z");
        Noise noise = new(71);
        List<double> spikes = [];
        for (int i = 0; i < 100_000; i++)
        {
            bool isSpike = i % Every == Every - 1;
            run.Observe(i * interval, noise.Next(70) + (isSpike ? 15 : 0));
            if (isSpike)
            {
                spikes.Add(i * interval);
            }
        }

        Assert.Equal(100, spikes.Count);
        Assert.Equal(spikes.Select(second => DetectorRun.Start.AddSeconds(second)), run.Raised.Select(finding => finding.EventTime));
        Assert.Equal(run.Findings.Count / 2, run.Raised.Count());
    }

    [Fact]
    public void Observe_FindsNothing_InNoiseWithTheSmallestDefaultBaseline()
    {
        // A window of one second at one sample a second: the baseline never holds more than its minimum of 30.
        DetectorRun run = DetectorRun.Of("robust-z", 1, ("window", 1));
        Noise noise = new(5);

        for (int i = 0; i < 100_000; i++)
        {
            run.Observe(i, noise.Next(70));
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_GivesAFiniteScore_WhenAConstantMetricMoves()
    {
        DetectorRun run = DetectorRun.Of("robust-z");
        for (int i = 0; i < 60; i++)
        {
            run.Observe(i, 0);
        }

        run.Observe(60, 1).Observe(61, 0);

        Assert.Equal("+60 -61", run.Story());
        Assert.Equal(Finding.MaxScore, run.Findings[0].Score);
    }

    [Fact]
    public void Observe_IgnoresSteps_SmallerThanTheBelievedScale()
    {
        DetectorRun run = DetectorRun.Of("robust-z");
        for (int i = 0; i < 60; i++)
        {
            run.Observe(i, 100);
        }

        run.Observe(60, 100.5);

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_LearnsANewLevel_WhenItLasts()
    {
        DetectorRun run = DetectorRun.Of("robust-z");
        Noise noise = new(8);
        for (int i = 0; i < 600; i++)
        {
            run.Observe(i, noise.Next(i < 300 ? 70 : 100));
        }

        Assert.Equal(DetectorRun.Start.AddSeconds(300), run.Raised.Single().EventTime);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalSeconds, 305, 430);
    }

    [Fact]
    public void Observe_DoesNotCallAStartAnAnomaly_WhenTheOperatingStateSaysSo()
    {
        DetectorRun run = DetectorRun.Of("robust-z");
        Noise noise = new(4);
        for (int i = 0; i < 2_000; i++)
        {
            bool isRunning = i / 200 % 2 == 1;
            bool isRampingUp = isRunning && i % 200 < 8;
            double level = isRampingUp ? 5 + (i % 200 * 8) : isRunning ? 70 : 5;
            run.Observe(i, noise.Next(level), state: isRunning ? "running" : "idle");
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_EndsTheAnomaly_WhenTheOperatingStateChanges()
    {
        DetectorRun run = DetectorRun.Of("robust-z");
        Noise noise = new(6);
        for (int i = 0; i < 100; i++)
        {
            run.Observe(i, noise.Next(70));
        }

        run.Observe(100, 100).Observe(101, 100, state: "idle");

        Assert.Equal("+100 -101", run.Story());
    }

    [Fact]
    public void Save_StaysBounded_WhenStatesKeepComing()
    {
        IDetector detector = DetectorRun.Create("robust-z", 1);
        DetectorRun run = new(detector);
        int largest = 0;
        for (int i = 0; i < 40_000; i++)
        {
            run.Observe(i, i % 7, state: "state-" + (i / 400));
            largest = Math.Max(largest, i % 400 == 0 ? DetectorRun.Bytes(detector).Length : 0);
        }

        Assert.InRange(largest, 1, (StateSlots.MaxStates * ((128 * 16) + 64)) + 64);
    }
}
