namespace Millwright.Core.Detection;

public sealed class StuckDetectorTests
{
    [Fact]
    public void Observe_FiresOnceAfterSamplesAndTime_AndClearsOnChange()
    {
        DetectorRun run = Moving(("samples", 20), ("duration", 30));
        for (int i = 100; i < 160; i++)
        {
            run.Observe(i, 7);
        }

        run.Observe(160, 7.1);

        Assert.Equal("+130 -160", run.Story());
        Assert.Equal(DetectorRun.Start.AddSeconds(100), run.Findings[0].WindowStart);
    }

    [Fact]
    public void Observe_WaitsForSamples_WhenTheyAreRare()
    {
        DetectorRun run = Moving(("samples", 20), ("duration", 30));
        for (int i = 0; i < 20; i++)
        {
            run.Observe(100 + (i * 60), 7);
        }

        Assert.Equal("+1240", run.Story());
    }

    [Fact]
    public void Observe_IsSilent_ForAMetricThatNeverMoved()
    {
        DetectorRun run = DetectorRun.Of("stuck");
        for (int i = 0; i < 10_000; i++)
        {
            run.Observe(i, 3);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_IsSilent_ForAMetricThatRestsByNature()
    {
        // A set point that changes every 100 samples, and then rests three times as long.
        DetectorRun run = DetectorRun.Of("stuck", 1, ("min-changes", 5));
        for (int i = 0; i < 2_300; i++)
        {
            run.Observe(i, Math.Min(i / 100, 20));
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_IsSilent_WhenTheMachineIsOff()
    {
        DetectorRun run = Moving();
        for (int i = 100; i < 1_000; i++)
        {
            run.Observe(i, 0, state: "off");
        }

        Assert.Empty(run.Findings);
    }

    private static DetectorRun Moving(params (string Name, double Value)[] parameters)
    {
        DetectorRun run = DetectorRun.Of("stuck", 1, parameters);
        Noise noise = new(2);
        for (int i = 0; i < 100; i++)
        {
            run.Observe(i, noise.Next(7));
        }

        return run;
    }
}
