namespace Millwright.Core.Detection;

public sealed class RateOfChangeDetectorTests
{
    [Theory]
    [InlineData(0.49, 0)]
    [InlineData(0.51, 2)]
    [InlineData(-0.39, 0)]
    [InlineData(-0.41, 2)]
    public void Observe_FiresBeyondTheLimit_WhenTheMetricRamps(double slope, int findings)
    {
        DetectorRun run = DetectorRun.Of("rate-of-change", 1, ("span", 16), ("upper", 0.5), ("lower", -0.4));

        double level = 20;
        for (int second = 0; second < 100; second++)
        {
            level += second is > 20 and <= 70 ? slope : 0;
            run.Observe(second, level);
        }

        Assert.Equal(findings, run.Findings.Count);
        Assert.All(run.Raised, finding => Assert.InRange((finding.EventTime - DetectorRun.Start).TotalSeconds, 30, 38));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(45)]
    public void Observe_SeesTheSameSlope_AtEveryRate(double every)
    {
        TrailingSlope slope = new(TimeSpan.FromSeconds(60));
        for (double second = 0; second < 600; second += every)
        {
            slope.Add(DetectorRun.Start.AddSeconds(second).UtcTicks, 1e6 + (0.25 * second));
        }

        Assert.True(slope.TryFit());
        Assert.Equal(0.25, slope.Slope, 1e-6);
    }

    [Fact]
    public void Observe_IsUnimpressedByNoise_WhereTheDifferenceOfTwoSamplesIsNot()
    {
        Noise noise = new(4);
        DetectorRun run = DetectorRun.Of("rate-of-change", 1, ("upper", 0.5));
        for (int second = 0; second < 5_000; second++)
        {
            run.Observe(second, noise.Next(50));
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_FindsTheUnusualSlope_WithoutLimits()
    {
        Noise noise = new(2);
        DetectorRun run = DetectorRun.Of("rate-of-change");
        for (int second = 0; second < 4_000; second++)
        {
            // Half a noise deviation per second, after an hour of standing.
            run.Observe(second, noise.Next(50) + (second > 3_600 ? 0.5 * (second - 3_600) : 0));
        }

        Anomaly found = Assert.Single(run.Findings);
        Assert.InRange((found.EventTime - DetectorRun.Start).TotalSeconds, 3_605, 3_660);
        Assert.True(found.CounterfactualIsUpper);
        Assert.True(found.Contributions[0].Baseline < found.Contributions[0].Observed);
    }

    [Fact]
    public void Observe_StartsAnew_WhenTheStateChangedBetween()
    {
        DetectorRun run = DetectorRun.Of("rate-of-change", 1, ("span", 16), ("upper", 0.5), ("settle", 0));
        for (int second = 0; second < 60; second++)
        {
            run.Observe(second, (second / 20) * 100, state: second / 20 % 2 == 0 ? "running" : "idle");
        }

        Assert.Empty(run.Findings);
    }
}
