using Millwright.Alerts;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Twins;

using Sample = (int Metric, double Second, double Value, string? Text);

/// <summary>What a twin has told in the end is a function of its samples, in whatever order within the lateness they came.</summary>
public sealed class TwinRewindTests
{
    private const int Seconds = 500;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void NetResult_IsThatOfTheSortedRun_HoweverTheSamplesCame(int seed)
    {
        var random = new Random(seed);
        var definition = RewindPlant.Definition(new Random(seed));
        List<Sample> samples = RewindPlant.Stream(random, Seconds);
        double newest = samples[^1].Second;

        RewindRun sorted = Sorted(definition, samples);
        RewindRun shuffled = Shuffled(definition, samples, random);

        Assert.Equal(sorted.Canonical(newest), shuffled.Canonical(newest));
        Assert.Equal(0, sorted.Repeated);
        Assert.Equal(0, shuffled.Repeated);
        Assert.Equal(0, shuffled.Engine.Unjudged);
    }

    private static RewindRun Sorted(Millwright.Core.Twins.TwinDefinition definition, List<Sample> samples)
    {
        var run = new RewindRun(definition);
        foreach ((int metric, double second, double value, string? text) in samples)
        {
            run.Observe(metric, second, value, text, second);
            run.EndBatch();
        }

        run.Settle();
        run.Advance(samples[^1].Second + 3600);
        return run;
    }

    /// <summary>Late, in random batches, some twice, with restarts and looks at the clock in between.</summary>
    private static RewindRun Shuffled(Millwright.Core.Twins.TwinDefinition definition, List<Sample> samples, Random random)
    {
        double most = RewindPlant.Lateness.TotalSeconds - 1;
        double share = random.NextDouble();
        (Sample Sample, double Arrival)[] arrivals =
        [
            .. samples.Select(s => (s, Arrival: s.Second + (random.NextDouble() < share ? random.NextDouble() * most : 0)))
                .OrderBy(p => p.Arrival),
        ];
        var run = new RewindRun(definition);
        int batch = 1 + random.Next(40);
        foreach (((int metric, double second, double value, string? text), double arrival) in arrivals)
        {
            run.Observe(metric, second, value, text, arrival);
            if (random.Next(50) == 0)
            {
                run.Observe(metric, second, value, text, arrival);
            }

            if (random.Next(batch) == 0)
            {
                run.EndBatch();
            }

            if (random.Next(100) == 0)
            {
                run.Advance(arrival + random.Next(30));
            }

            if (random.Next(150) == 0)
            {
                run.EndBatch();
                run.Restart();
            }
        }

        run.Settle();
        run.Advance(samples[^1].Second + 3600);
        return run;
    }
}
