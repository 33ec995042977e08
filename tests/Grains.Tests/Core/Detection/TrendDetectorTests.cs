namespace Millwright.Core.Detection;

public sealed class TrendDetectorTests
{
    private const double Day = 86_400;

    /// <summary>Drift per day in deviations of the single sample: far below what any of them shows.</summary>
    [Theory]
    [InlineData(1.5)]
    [InlineData(-1.5)]
    public void Observe_FindsTheDriftWithinADay_WhenItIsLostInTheNoiseOfTheSamples(double drift)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            DetectorRun run = Run(seed, 5, day => drift * Math.Max(0, day - 2));

            Anomaly raised = Assert.Single(run.Raised);
            double at = (raised.EventTime - DetectorRun.Start).TotalSeconds / Day;
            Assert.True(at is > 2 and < 3.2, $"seed {seed}: drift from day 2 reported at day {at}");
            Assert.Equal(Math.Sign(drift), Math.Sign(raised.Contributions[0].Observed - raised.Contributions[0].Baseline));
            Assert.Equal(1, (raised.WindowEnd - raised.WindowStart).TotalDays, 0.15);
        }
    }

    [Fact]
    public void Observe_Ends_WhenTheDriftDoes()
    {
        DetectorRun run = Run(1, 7, day => 2 * Math.Clamp(day - 2, 0, 2));

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalDays, 4, 5.2);
    }

    [Fact]
    public void Observe_SaysNothing_AboutADriftTooSmallToMatter()
    {
        Assert.Empty(Run(1, 5, day => 0.2 * day, deviation: 0.01).Findings);
    }

    [Fact]
    public void Fit_IsTheirs_ForAKnownSeries()
    {
        // By hand: of 28 pairs 26 rise and 2 fall, one vote less is 23; the slopes' median is 1, the variance 8·7·21/18. What the line
        // leaves (0 0 1 -1 0 1 -1 0) turns with every step rather than persist, so nothing is added to the variance.
        TrendFit fit = TrendFit.Of([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, 4, 3, 5, 7, 6, 8]);
        double score = 23 / Math.Sqrt(8 * 7 * 21 / 18.0);

        Assert.Equal(score, fit.Score, 1e-12);
        Assert.Equal((1, 8), (fit.Start, fit.End));
    }

    private static DetectorRun Run(int seed, int days, Func<double, double> level, double deviation = 1)
    {
        Noise noise = new(seed);
        DetectorRun run = DetectorRun.Of("trend");
        for (double second = 0; second < days * Day; second += 60)
        {
            run.Observe(second, noise.Next(100, deviation) + level(second / Day));
        }

        return run;
    }
}
