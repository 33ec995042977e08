using Xunit.Abstractions;

namespace Millwright.Core.Detection;

/// <summary>Long runs in which nothing happens: what a kind cries then, it cries in every plant, every day.</summary>
public sealed class FalseAlarmTests(ITestOutputHelper output)
{
    private const int Metrics = 3;
    private const int Seeds = 4;
    private const int Samples = 12_000;

    /// <summary>
    /// Kind, seconds between samples, and the most findings over three metrics and all seeds on noise whose neighbours correlate by 0.95:
    /// with a second between samples those are 13 hours, and the kinds of several metrics are known to cry every few of them, because their
    /// mean over five cells is none over noise that lasts for twenty.
    /// </summary>
    public static TheoryData<string, double, int> Cases => new()
    {
        { "rate-of-change", 1, 1 },
        { "spike", 1, 1 },
        { "level-shift", 1, 1 },
        { "trend", 300, 1 },
        { "seasonal", 300, 1 },
        { "t2-spe", 1, 6 },
        { "half-space-trees", 1, 6 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Observe_HardlyCries_OnWhiteAndOnCorrelatedNoise(string kind, double every, int most)
    {
        foreach ((double correlation, int bound) in new[] { (0, 1), (0.6, 1), (0.95, most) })
        {
            int[] raised = [.. Enumerable.Range(1, Seeds).Select(seed => Run(kind, every, (correlation, seed)).Raised.Count())];
            output.WriteLine($"{kind} ρ={correlation}: {string.Join(' ', raised)}");
            Assert.True(raised.Sum() <= bound, $"{kind}, ρ={correlation}, seeds 1 to {Seeds}: {string.Join(' ', raised)} findings in noise");
        }
    }

    private static DetectorRun Run(string kind, double every, (double Correlation, int Seed) noise)
    {
        Noise source = new(noise.Seed);
        DetectorRun run = DetectorRun.Of(kind, Metrics);
        double fresh = Math.Sqrt(1 - (noise.Correlation * noise.Correlation));
        double[] state = new double[Metrics];
        for (int i = 0; i < Samples; i++)
        {
            double shared = source.Next(0, fresh);
            for (int metric = 0; metric < Metrics; metric++)
            {
                state[metric] = (noise.Correlation * state[metric]) + (0.8 * shared) + (0.6 * source.Next(0, fresh));
                run.Observe(i * every, 50 + (3 * state[metric]), metric);
            }
        }

        return run;
    }
}
