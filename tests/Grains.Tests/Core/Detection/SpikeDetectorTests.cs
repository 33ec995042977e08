namespace Millwright.Core.Detection;

public sealed class SpikeDetectorTests
{
    [Theory]
    [InlineData(30, "+200 -260")]
    [InlineData(-30, "+200 -260")]
    [InlineData(3, "")]
    public void Observe_DatesTheSpikeAtItsSample_WhenTheNextIsBack(double height, string story)
    {
        DetectorRun run = Run(second => second == 200 ? height : 0);

        // It ends when a minute has passed since the spike, not since it could be told.
        Assert.Equal(story, run.Story());
        Assert.All(run.Raised, finding => Assert.Equal(height > 0, finding.CounterfactualIsUpper));
    }

    [Fact]
    public void Observe_SaysNothing_AboutAStepOrARamp()
    {
        Assert.Empty(Run(second => second >= 200 ? 30 : 0).Findings);
        Assert.Empty(Run(second => Math.Clamp(second - 200, 0, 10) * 5).Findings);
        Assert.Empty(Run(second => second is >= 200 and < 203 ? 30 : 0).Findings);
    }

    [Fact]
    public void Observe_IsOneFinding_WhenACableSpikesAgainAndAgain()
    {
        DetectorRun run = Run(second => second is > 200 and < 500 && second % 25 == 0 ? 20 : 0);

        Assert.Equal("+225 -535", run.Story());
    }

    [Fact]
    public void Observe_SaysNothing_AboutACoarseSensorThatTremblesNowAndThen()
    {
        DetectorRun run = DetectorRun.Of("spike");
        for (int second = 0; second < 3_000; second++)
        {
            run.Observe(second, second % 37 == 0 ? 20.5 : 20);
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Counterfactual_DoesNotFire_WhenTheSpikeHadTheValue()
    {
        foreach (double height in new[] { 12, 18, 30, 500, -12, -40 })
        {
            Anomaly raised = Run(second => second == 200 ? height : 0).Raised.Single();
            DetectorRun again = Run(second => 0, second => second == 200 ? raised.CounterfactualValue : null);

            Assert.Empty(again.Findings);
        }
    }

    private static DetectorRun Run(Func<int, double> extra, Func<int, double?>? instead = null)
    {
        Noise noise = new(7);
        DetectorRun run = DetectorRun.Of("spike");
        for (int second = 0; second < 600; second++)
        {
            double value = noise.Next(50) + extra(second);
            run.Observe(second, instead?.Invoke(second) ?? value);
        }

        return run;
    }
}
