using Xunit.Abstractions;

namespace Millwright.Core.Detection;

/// <summary>Long runs in which nothing happens: what a kind cries then, it cries every day in every plant.</summary>
public sealed class FalseAlarmTests(ITestOutputHelper output)
{
    private const int Metrics = 3;

    /// <summary>Kind, seconds between samples, samples per metric, most findings over three metrics together.</summary>
    public static TheoryData<string, double, int, int> Cases => new()
    {
        { "rate-of-change", 1, 12_000, 3 },
        { "spike", 1, 12_000, 1 },
        { "level-shift", 1, 12_000, 3 },
        { "trend", 300, 12_000, 1 },
        { "seasonal", 300, 12_000, 1 },
        { "t2-spe", 1, 12_000, 3 },
        { "half-space-trees", 1, 12_000, 3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Observe_HardlyCries_OnWhiteAndOnCorrelatedNoise(string kind, double every, int samples, int most)
    {
        foreach (double correlation in new[] { 0, 0.6, 0.95 })
        {
            for (int seed = 1; seed <= 1; seed++)
            {
                DetectorRun run = Run(kind, every, samples, (correlation, seed));
                int raised = run.Raised.Count();
                output.WriteLine($"{kind} ρ={correlation} seed={seed}: {raised} findings in {samples} samples");
                Assert.True(raised <= most, $"{kind}, ρ={correlation}, seed {seed}: {raised} findings in {samples} samples of noise");
            }
        }
    }

    private static DetectorRun Run(string kind, double every, int samples, (double Correlation, int Seed) noise)
    {
        Noise source = new(noise.Seed);
        DetectorRun run = DetectorRun.Of(kind, Metrics);
        double fresh = Math.Sqrt(1 - (noise.Correlation * noise.Correlation));
        double[] state = new double[Metrics];
        for (int i = 0; i < samples; i++)
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
