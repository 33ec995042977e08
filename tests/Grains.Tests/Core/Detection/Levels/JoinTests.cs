using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.Detection.Levels;
using Millwright.Core.State;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Detection.Levels;

/// <summary>What joins out of order leaves the detector as if it had come in its turn, above all where the length of a cell is learned.</summary>
public sealed class JoinTests
{
    private static readonly DetectionContext Context = new("unknown", default);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Straggler_ThatJoins_MakesNoDifference(int seed)
    {
        var random = new Random(seed);
        int joined = Enumerable.Range(0, 40).Sum(_ => Joined(random, seed));
        Assert.True(joined > 0, $"seed {seed}");
    }

    private static int Joined(Random random, int seed)
    {
        Observation[] samples =
        [
            .. Enumerable.Range(0, 120).Select(i => new Observation(
                random.Next(4), Moments.At((i * 0.2) + (random.NextDouble() * 0.15)), random.NextDouble(), SampleQuality.Good)),
        ];
        int joined = 0;
        for (int late = 0; late < samples.Length - 8; late++)
        {
            int by = 1 + random.Next(3);
            if (samples.Skip(late + 1).Take(by).Any(s => s.Metric == samples[late].Metric))
            {
                continue;
            }

            JointLevelDetector inOrder = Detector();
            JointLevelDetector outOfOrder = Detector();
            Take(inOrder, samples.AsSpan(0, late + 8));
            Take(outOfOrder, samples.AsSpan(0, late));
            Take(outOfOrder, samples.AsSpan(late + 1, by));
            if (!outOfOrder.Joins(samples[late], Context))
            {
                continue;
            }

            joined++;
            Take(outOfOrder, samples.AsSpan(late, 1));
            Take(outOfOrder, samples.AsSpan(late + 1 + by, 7 - by));
            Assert.True(Saved(inOrder).SequenceEqual(Saved(outOfOrder)), $"seed {seed}, sample {late} behind {by}");
        }

        return joined;
    }

    private static JointLevelDetector Detector() => new(
        new DetectorIdentity("level", "joint-level", "1"), [0, 1, 2, 3], JointLevelParameters.From(new Dictionary<string, double>()));

    private static void Take(JointLevelDetector detector, ReadOnlySpan<Observation> samples)
    {
        List<Anomaly> findings = [];
        foreach (Observation sample in samples)
        {
            detector.Observe(sample, Context, findings);
        }
    }

    private static byte[] Saved(JointLevelDetector detector)
    {
        var buffer = new ArrayBufferWriter<byte>();
        detector.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
