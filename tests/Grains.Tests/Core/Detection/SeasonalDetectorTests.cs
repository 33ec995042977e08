namespace Millwright.Core.Detection;

public sealed class SeasonalDetectorTests
{
    private const double Day = 86_400;

    [Fact]
    public void Observe_FindsTheValueAtTheWrongTime_ThoughItIsUsualAtAnother()
    {
        // At 08:00 UTC the curve is at its mean; six hours later at its top, where 70 is normal.
        DetectorRun run = Run(1, 6, (second, usual) => second is > (5 * Day) + 43_200 and < (5 * Day) + 50_000 ? 70 : usual);

        Assert.Equal(2, run.Findings.Count);
        Assert.InRange((run.Findings[0].EventTime - DetectorRun.Start).TotalSeconds, (5 * Day) + 43_200, (5 * Day) + 43_200 + 1_300);
        Assert.Equal(70, run.Findings[0].Contributions[0].Observed);
        Assert.InRange(run.Findings[0].Contributions[0].Baseline, 45, 55);
    }

    [Fact]
    public void Observe_WarmsUpForTwoPeriods()
    {
        IDetector detector = DetectorRun.Create("seasonal", 1);
        DetectorRun run = new(detector);
        Noise noise = new(1);
        for (double second = 0; second < 2.5 * Day; second += 300)
        {
            run.Observe(second, Usual(second) + noise.Next());
            Decision decision = detector.DecisionOf(0)!;
            if (second is < 2 * Day or > (2 * Day) + 900)
            {
                Assert.Equal(second < 2 * Day ? DecisionVerdict.Warming : DecisionVerdict.Quiet, decision.Verdict);
            }

            Assert.Equal(Math.Min(1, second / (2 * Day)), decision.Warmup, 0.02);
        }
    }

    [Fact]
    public void Observe_DoesNotLearnTheFault_WhenItLastsForWeeks()
    {
        DetectorRun run = Run(2, 40, (second, usual) => second > 5 * Day ? usual + 15 : usual);

        Anomaly raised = Assert.Single(run.Findings);
        Assert.True(raised.IsRaised);
    }

    [Fact]
    public void Observe_FollowsASlowSeason()
    {
        Assert.Empty(Run(3, 60, (second, usual) => usual + (0.1 * second / Day)).Findings);
    }

    [Fact]
    public void Observe_KnowsTheWeekend_WithAPeriodOfAWeek()
    {
        DetectorRun run = DetectorRun.Of("seasonal", 1, ("period", 604_800), ("bins", 672));
        Noise noise = new(5);
        DateTimeOffset fault = DetectorRun.Start.AddDays(28);
        for (double second = 0; second < 35 * Day; second += 300)
        {
            DateTimeOffset at = DetectorRun.Start.AddSeconds(second);
            bool isWeekend = at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
            run.Observe(second, noise.Next(isWeekend && at < fault ? 10 : 40));
        }

        // Sunday, March 29th, is worked for the first time; the week begins the day before, a Saturday that is not over at 08:00.
        Assert.All(run.Raised, finding => Assert.True(finding.EventTime >= fault));
        Assert.NotEmpty(run.Findings);
    }

    private static double Usual(double second) => 50 + (20 * Math.Sin(2 * Math.PI * second / Day));

    private static DetectorRun Run(int seed, int days, Func<double, double, double> value)
    {
        Noise noise = new(seed);
        DetectorRun run = DetectorRun.Of("seasonal");
        for (double second = 0; second < days * Day; second += 300)
        {
            run.Observe(second, value(second, Usual(second) + noise.Next()));
        }

        return run;
    }

    /// <summary>Known from 06 to 18 h, then overtime with the fault: at 18:00 begins a bin that was never seen.</summary>
    [Fact]
    public void Observe_StaysOpenAndLearnsNothing_WhenTheFaultGoesOnIntoAnUnknownTime()
    {
        DetectorRun run = DetectorRun.Of("seasonal");
        Noise noise = new(8);
        DateTimeOffset fault = DetectorRun.Start.Date.AddDays(6).AddHours(17).AddMinutes(30);
        DateTimeOffset repaired = fault.AddDays(3);
        for (double second = 0; second < 12 * Day; second += 60)
        {
            DateTimeOffset at = DetectorRun.Start.AddSeconds(second);
            bool isFaulty = at >= fault && at < repaired;
            if (at.Hour is >= 6 and < 18 || (isFaulty && at.Hour < 22))
            {
                run.Observe(second, noise.Next(isFaulty ? 70 : 50));
            }
        }

        Assert.Equal([true, false], run.Findings.Select(finding => finding.IsRaised));
        Assert.InRange(run.Findings[0].EventTime, fault, fault.AddMinutes(15));
        Assert.InRange(run.Findings[1].EventTime, repaired, repaired.AddDays(1));
        Assert.Equal(50, run.Findings[1].Contributions[0].Baseline, 1.0);
    }
}
