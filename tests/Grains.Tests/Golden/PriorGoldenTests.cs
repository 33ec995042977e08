using Millwright.Core.Detection;
using Millwright.Core.Peers;
using Millwright.Grains.Tests.Core;

namespace Millwright.Grains.Tests.Golden;

/// <summary>States of detectors that judge by their peers, as earlier versions wrote them; and the text that a prior is in the log.</summary>
public sealed class PriorGoldenTests
{
    private static readonly PriorFigures Prior = new()
    {
        State = "running",
        Peers = 3,
        Samples = 900,
        Metrics = [new PriorMetric("a", "bar", 52.5, 1.5, 0.75), new PriorMetric("b", "", 22.5, 1.5, 0.75)],
        Correlations = [0.853],
    };

    [Fact]
    public void Text_IsTheGoldenOne() => Assert.Equal(
        """{"v":1,"state":"running","peers":3,"n":900,"m":[["a","bar",52.5,1.5,0.75],["b","",22.5,1.5,0.75]],"r":[853]}""",
        PriorText.Write(Prior));

    [Theory]
    [InlineData("robust-z")]
    [InlineData("t2-spe")]
    public void States_OfAllVersions_AreContinued(string kind)
    {
        IDetector straight = Create(kind);
        ((IAdoptsPriors)straight).Adopt(Prior, [0, 1]);
        Feed(straight, 0, 20);
        byte[] state = DetectorRun.Bytes(straight);
        Feed(straight, 20, 60);

        foreach ((string name, byte[] bytes) in GoldenFiles.Check("prior-" + kind, state))
        {
            IDetector restored = Create(kind);
            DetectorRun.Restore(restored, bytes);
            Feed(restored, 20, 60);

            Assert.True(DetectorRun.Bytes(straight).AsSpan().SequenceEqual(DetectorRun.Bytes(restored)), name + " ends in another state");
        }
    }

    private static IDetector Create(string kind) => DetectorRun.Create(kind, 2);

    private static void Feed(IDetector detector, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            double load = (i * 7 % 40) / 8.0;
            foreach ((int metric, double value) in new[] { (0, 50 + load + (i > 14 ? 30 : 0)), (1, 20 + load) })
            {
                detector.Observe(
                    new Observation(metric, Moments.At(i), value, default), new DetectionContext("running", Moments.At(i)), []);
            }
        }
    }
}
