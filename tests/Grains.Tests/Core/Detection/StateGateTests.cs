namespace Millwright.Core.Detection;

/// <summary>Detectors that judge in some operating states only.</summary>
public sealed class StateGateTests
{
    private const int Left = 200;
    private const int Back = 400;

    [Theory]
    [InlineData("spike")]
    [InlineData("stuck")]
    public void Observe_SeesNoNeighbours_InWhatAPauseHasParted(string kind)
    {
        DetectorRun run = Gated(kind);
        Noise noise = new(5);
        for (int second = 0; second < 440; second++)
        {
            // Without the pause: one value far from both its neighbours, or one that rests for four minutes.
            double usual = noise.Next(50);
            double value = kind == "spike" ? second == Back ? 80 : usual : second is >= Left - 10 and < Back + 25 ? 50 : usual;
            run.Observe(second, value, state: second is >= Left and < Back ? "idle" : "running");
        }

        Assert.Empty(run.Findings);
    }

    [Fact]
    public void Observe_EndsWhatIsOpen_WhenTheAssetLeavesItsStates()
    {
        DetectorRun run = Gated("threshold");

        run.Observe(0, 50).Observe(1, 80).Observe(2, 80, state: "idle").Observe(3, 80, state: "idle").Observe(4, 50);

        Assert.Equal("+1 -2", run.Story());
    }

    private static DetectorRun Gated(string kind) => new(DetectorFactory.Create(
        new DetectorIdentity("detector-1", kind, "1"),
        [0],
        kind == "threshold" ? new Dictionary<string, double> { ["upper"] = 70 } : new Dictionary<string, double>(),
        ["running"]));
}
