using Millwright.Core.Twins;
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
        samples = seed % 2 == 0 ? samples : RewindPlant.Paused(samples, random);
        double newest = samples[^1].Second;

        RewindRun sorted = Sorted(definition, samples);
        RewindRun shuffled = Shuffled(definition, samples, random);

        Assert.Equal(sorted.Canonical(newest), shuffled.Canonical(newest));
        Assert.Equal(sorted.Consumed(), shuffled.Consumed());
        Assert.Equal(0, sorted.Repeated);
        Assert.Equal(0, shuffled.Repeated);
        Assert.Equal(0, shuffled.Engine.Unjudged);
    }

    [Fact]
    public void Burst_RewindsOnce_AndAStormIsBoundedByWhatCame()
    {
        TwinDefinition definition = RewindPlant.Definition(new Random(1));
        List<Sample> samples = RewindPlant.Stream(new Random(1), 400);
        var run = new RewindRun(definition);
        foreach ((int metric, double second, double value, string? text) in samples.Where(s => s.Second is < 300 or > 340))
        {
            run.Observe(metric, second, value, text, second);
        }

        run.EndBatch();
        long before = run.Engine.Rewinds;
        foreach ((int metric, double second, double value, string? text) in samples.Where(s => s.Second is >= 300 and <= 340))
        {
            run.Observe(metric, second, value, text, 400);
        }

        run.EndBatch();

        // It reaches back a minute and more: a source may be telling what it has kept, and is let finish.
        Assert.Equal(before, run.Engine.Rewinds);
        run.Advance(401.9);
        Assert.True(run.Engine.IsInDoubt);
        run.Advance(402);
        Assert.Equal(before + 1, run.Engine.Rewinds);
        Assert.False(run.Engine.IsInDoubt);
        for (int i = 0; i < 2_000; i++)
        {
            run.Observe(1, 350 + (i * 0.0001), i, null, 400);
            run.EndBatch();
        }

        // Each late sample in a batch of its own: credits, not batches, decide how often history is replayed.
        Assert.InRange(run.Engine.Replayed, 1, TwinEngine.MaxCredit + (TwinEngine.CreditPerSample * (long)(samples.Count + 2_000)));
        run.Settle();
        Assert.False(run.Engine.IsInDoubt);
    }

    [Fact]
    public void Backfill_BeyondTheLateness_ChangesNoAlertAndIsCounted()
    {
        var run = new RewindRun(RewindPlant.Definition(new Random(2)));
        List<Sample> samples = RewindPlant.Stream(new Random(2), 200);
        foreach ((int metric, double second, double value, string? text) in samples.Where(s => s.Second is < 50 or > 60))
        {
            run.Observe(metric, second + (second > 60 ? 7200 : 0), value, text, second);
            run.EndBatch();
        }

        run.Settle();
        int told = run.Told.Count;

        // Words of people on baselines are heeded whenever they come: TwinEngine.Words.
        Sample[] late = [.. samples.Where(s => s.Second is >= 50 and <= 60 && !RewindPlant.IsWord(s.Metric))];
        int dropped = late.Count(s => run.Observe(s.Metric, s.Second + 3600, s.Value, s.Text, 7400) == SampleFate.Dropped);
        run.Settle();

        Assert.Equal(late.Length, dropped);
        Assert.Equal(told, run.Told.Count);
    }

    [Fact]
    public void Span_IsBounded_AndWhatIsBeforeItIsCounted()
    {
        var run = new RewindRun(RewindPlant.Definition(new Random(3)) with { Detectors = [], Meters = [] });
        int samples = RewindSpan.MaxSamples + 2_000;
        for (int i = 0; i < samples; i++)
        {
            run.Observe(0, i * 0.0004, 50 + (i % 7), null, 100);
        }

        Assert.Equal(1, run.Engine.SpansCut);
        Assert.Equal(SampleFate.Accepted, run.Observe(1, 1, 50, null, 100));
        run.Settle();

        Assert.Equal(1, run.Engine.Unjudged);
    }

    private static RewindRun Sorted(TwinDefinition definition, List<Sample> samples)
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
    private static RewindRun Shuffled(TwinDefinition definition, List<Sample> samples, Random random)
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
