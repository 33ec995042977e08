using Millwright.Core.Detection;
using Millwright.Grains.Tests.Core;

namespace Millwright.Grains.Tests.Golden;

/// <summary>
/// States of detectors that earlier versions wrote while a finding was open. From each of them the detector must go on as one that never
/// stopped: it neither learns again nor forgets what is open.
/// </summary>
public sealed class DetectorGoldenTests
{
    private const int Saved = 200;
    private const int Seconds = 400;

    [Theory]
    [InlineData("robust-z")]
    [InlineData("mahalanobis")]
    [InlineData("spike")]
    [InlineData("t2-spe")]
    [InlineData("stuck")]
    public void States_OfAllVersions_AreContinued(string kind)
    {
        IDetector straight = Create(kind);
        Assert.True(Run(straight, 0, Saved)[^1].IsRaised, "a finding is open when the state is written");
        byte[] state = DetectorRun.Bytes(straight);
        string[] expected = [.. Run(straight, Saved, Seconds).Select(Text)];
        Assert.NotEmpty(expected);

        foreach ((string name, byte[] bytes) in GoldenFiles.Check("detector-" + kind, state))
        {
            IDetector restored = Create(kind);
            DetectorRun.Restore(restored, bytes);

            Assert.Equal(expected, Run(restored, Saved, Seconds).Select(Text));
            Assert.True(DetectorRun.Bytes(straight).AsSpan().SequenceEqual(DetectorRun.Bytes(restored)), name + " ends in another state");
        }
    }

    private static IDetector Create(string kind) => kind switch
    {
        "robust-z" => DetectorRun.Create(kind, 2, ("min-samples", 16), ("max-samples", 32)),
        "spike" => DetectorRun.Create(kind, 2, ("min-samples", 16), ("max-samples", 16), ("clear", 60)),
        "stuck" => DetectorRun.Create(kind, 2, ("duration", 20)),
        _ => DetectorRun.Create(kind, 2, ("warmup", 60), ("smoothing", 2), ("hold", 2)),
    };

    /// <summary>Two metrics of one load in two states; one leaps, then leaves for some seconds, and the other freezes.</summary>
    private static List<Anomaly> Run(IDetector detector, int from, int to)
    {
        List<Anomaly> findings = [];
        for (int i = from; i < to; i++)
        {
            string state = i is (>= 80 and < 120) or (>= 206 and < 230) ? "idle" : "running";
            double load = (i * 7 % 40) / 8.0;
            double first = i is 185 or (>= 195 and < 204) ? 90 : 50 + load;
            double second = i is >= 140 and < 202 ? 21 : 20 + load + (i * 3 % 5 / 16.0);
            foreach ((int metric, double value) in new[] { (0, first), (1, second) })
            {
                detector.Observe(
                    new Observation(metric, Moments.At(i), value, default), new DetectionContext(state, Moments.At(i)), findings);
            }
        }

        return findings;
    }

    private static string Text(Anomaly finding) => string.Join(
        "|",
        [finding with { Contributions = [] }, .. finding.Contributions.Select(object (entry) => entry)]);
}
