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

    /// <summary>A limit's own size is what its end is measured by: the other limit is no part of it.</summary>
    [Theory]
    [InlineData(1, -10.0, 1.5, 0, "standing still")]
    [InlineData(1, -10.0, 1.5, 0.7, "rising slower")]
    [InlineData(1, -10.0, -12, 0, "standing still after a fall")]
    [InlineData(0, -10.0, 0.5, -0.01, "falling as it should")]
    [InlineData(0, null, 0.5, -0.01, "falling as it should")]
    [InlineData(-2, null, -1, -3, "falling as fast as it should")]
    [InlineData(1, 0.9, 1.2, 0.95, "between two near limits")]
    public void Observe_Ends_WhenTheSlopeIsWithinTheLimits(double upper, double? lower, double fast, double normal, string why)
    {
        DetectorRun run = lower is { } low
            ? DetectorRun.Of("rate-of-change", 1, ("span", 16), ("upper", upper), ("lower", low))
            : DetectorRun.Of("rate-of-change", 1, ("span", 16), ("upper", upper));

        double level = 200;
        for (int second = 0; second < 200; second++)
        {
            level += second is > 50 and <= 100 ? fast : normal;
            run.Observe(second, level);
        }

        Assert.Equal(why + ": True False", why + ": " + string.Join(' ', run.Findings.Select(finding => finding.IsRaised)));
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds, 51, 70);
        Assert.InRange((run.Findings[1].EventTime - DetectorRun.Start).TotalSeconds, 101, 120);
    }

    /// <summary>Before the end lies a band, so that a slope that dances around its limit is one finding.</summary>
    [Theory]
    [InlineData(1, -10, 1.05, 0.9)]
    [InlineData(1, -10, -10.5, -9)]
    [InlineData(-2, -10, -1.9, -2.2)]
    public void Observe_IsOneFinding_WhenTheSlopeDancesAroundALimit(double upper, double lower, double beyond, double within)
    {
        DetectorRun run = DetectorRun.Of("rate-of-change", 1, ("span", 16), ("upper", upper), ("lower", lower));

        double level = 2_000;
        for (int second = 0; second < 400; second++)
        {
            level += second / 40 % 2 == 0 ? beyond : within;
            run.Observe(second, level);
        }

        Assert.True(Assert.Single(run.Findings).IsRaised);
    }
}
