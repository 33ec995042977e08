namespace Millwright.Core.Detection;

public sealed class SilenceDetectorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(29)]
    public void Advance_DatesTheVerdictByTheLastSample_HoweverTheClockIsRead(int step)
    {
        DetectorRun run = DetectorRun.Of("silence", 1, ("timeout", 60)).Observe(10, 5);
        for (int now = 11; now < 200; now += step)
        {
            run.Advance(now);
        }

        run.Observe(200, 5);

        Assert.Equal("+70 -200", run.Story());
    }

    [Fact]
    public void Advance_JudgesByItsOwnProgress_WhenTheRecordingIsOld()
    {
        const double Year = 31_536_000;
        DetectorRun run = DetectorRun.Of("silence", 1, ("timeout", 60));
        for (int i = 0; i < 100; i++)
        {
            run.Observe(i * 10, 5).Advance(Year + i);
        }

        Assert.Empty(run.Findings);

        run.Advance(Year + 99 + 30).Advance(Year + 99 + 59.9);
        Assert.Empty(run.Findings);

        run.Advance(Year + 99 + 60);
        Assert.Equal("+1050", run.Story());
    }

    [Fact]
    public void Restore_CountsHalfTheTimeoutAtMost_BecauseNobodyListened()
    {
        IDetector first = DetectorRun.Create("silence", 1, ("timeout", 60));
        new DetectorRun(first).Observe(0, 5).Advance(1);
        IDetector second = DetectorRun.Create("silence", 1, ("timeout", 60));
        DetectorRun.Restore(second, DetectorRun.Bytes(first));
        DetectorRun run = new(second);

        run.Advance(10_000).Advance(10_029);
        Assert.Empty(run.Findings);

        run.Advance(10_030);
        Assert.Equal("+60", run.Story());
    }

    [Fact]
    public void Advance_SaysNothing_OfAMetricNeverHeard()
    {
        DetectorRun run = DetectorRun.Of("silence", 2, ("timeout", 60)).Observe(0, 1, 0);

        run.Advance(1).Advance(40).Advance(80).Advance(1_000);

        Assert.Equal(0, run.Findings.Single().Metric);
    }
}
