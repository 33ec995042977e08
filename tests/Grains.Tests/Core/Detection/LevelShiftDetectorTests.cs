namespace Millwright.Core.Detection;

public sealed class LevelShiftDetectorTests
{
    private const int ShiftAt = 2_000;

    /// <summary>Size of the shift in deviations, correlation of the noise, samples until it must be reported.</summary>
    [Theory]
    [InlineData(1, 0, 80)]
    [InlineData(2, 0, 20)]
    [InlineData(-2, 0, 20)]
    [InlineData(4, 0, 10)]
    [InlineData(3, 0.8, 150)]
    public void Observe_ReportsTheShiftAndSinceWhen_WithinTheStatedDelay(double shift, double correlation, int delay)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            DetectorRun run = Run(seed, correlation, second => second >= ShiftAt ? shift : 0);

            Anomaly raised = Assert.Single(run.Raised);
            double at = (raised.EventTime - DetectorRun.Start).TotalSeconds;
            double since = (raised.WindowStart - DetectorRun.Start).TotalSeconds;
            Assert.True(at >= ShiftAt && at < ShiftAt + delay, $"seed {seed}: shift of {shift} at {ShiftAt} reported at {at}");
            Assert.True(Math.Abs(since - ShiftAt) <= delay / 2.0, $"seed {seed}: shift of {shift} at {ShiftAt} dated {since}");
            Assert.Equal(50 + shift, raised.Contributions[0].Observed, Math.Abs(shift));
            Assert.Equal(50, raised.Contributions[0].Baseline, 1.0);
        }
    }

    [Fact]
    public void Observe_LearnsTheNewLevelAndReportsTheNext_AfterAShift()
    {
        DetectorRun run = Run(1, 0, second => second >= 3_000 ? 0 : second >= ShiftAt ? 5 : 0);

        Assert.Equal([true, false, true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.Equal(100, (run.Findings[1].EventTime - run.Findings[0].EventTime).TotalSeconds, 3.0);
        Assert.Equal(55, run.Findings[2].Contributions[0].Baseline, 0.5);
    }

    [Fact]
    public void Observe_SaysNothing_AboutOneSpikeOrAFewSamplesOut()
    {
        Assert.Empty(Run(3, 0, second => second % 400 == 399 ? 50 : 0).Findings);
    }

    [Fact]
    public void Observe_KeepsStatesApart()
    {
        DetectorRun run = DetectorRun.Of("level-shift");
        Noise noise = new(1);
        for (int second = 0; second < 6_000; second++)
        {
            bool isIdle = second / 500 % 2 == 1;
            run.Observe(second, noise.Next(isIdle ? 10 : 50), state: isIdle ? "idle" : "running");
        }

        Assert.Empty(run.Findings);
    }

    private static DetectorRun Run(int seed, double correlation, Func<int, double> level)
    {
        Noise noise = new(seed);
        DetectorRun run = DetectorRun.Of("level-shift");
        double state = 0;
        for (int second = 0; second < 4_000; second++)
        {
            state = (correlation * state) + noise.Next(0, Math.Sqrt(1 - (correlation * correlation)));
            run.Observe(second, 50 + state + level(second));
        }

        return run;
    }
}
