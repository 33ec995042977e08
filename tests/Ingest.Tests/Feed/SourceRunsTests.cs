using System.Collections.Immutable;
using Millwright.Ingest.Feed;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Feed;

public sealed class SourceRunsTests
{
    [Fact]
    public void OneSource_IsOneRun_MadeOnce()
    {
        var runs = new SourceRuns();
        runs.Add(3, "mqtt");
        runs.Add(4, "mqtt");
        ImmutableArray<SourceRun> first = runs.Take(4);
        runs.Add(5, "mqtt");

        Assert.Equal(new SourceRun { Position = 3, Source = "mqtt" }, Assert.Single(first));
        Assert.True(first == runs.Take(5));
    }

    [Fact]
    public void RecordsOfTheFirstVersion_NeedNoRun()
    {
        var runs = new SourceRuns();
        runs.Add(1, "");
        Assert.Empty(runs.Take(1));
        runs.Add(2, "mqtt");
        runs.Add(3, "");

        Assert.Equal([(2, "mqtt"), (3, "")], runs.Take(3).Select(r => ((int)r.Position, r.Source)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void EachRecord_KeepsItsSource_HoweverBatchesAreCut_PutBackAndReadAgain(int seed)
    {
        var random = new Random(seed);
        var runs = new SourceRuns();
        var sources = Enumerable.Range(0, 5_000).Select(_ => random.Next(3) == 0 ? $"s{random.Next(3)}" : "s0").ToArray();
        int added = 0;
        int taken = 0;
        int checks = 0;
        while (taken < sources.Length)
        {
            for (int i = random.Next(20); i > 0 && added < sources.Length; i--)
            {
                runs.Add(added, sources[added++]);
            }

            if (added == taken)
            {
                continue;
            }

            int through = taken + random.Next(added - taken);
            ImmutableArray<SourceRun> batch = runs.Take(through);
            for (int at = taken; at <= through; at++)
            {
                string source = batch.Last(r => r.Position <= at).Source;
                Assert.True(sources[at] == source, $"seed {seed}: {at} is of {sources[at]}, not {source}");
                checks++;
            }

            switch (random.Next(8))
            {
                case 0:
                    runs.PutBack(batch);
                    break;
                case 1:
                    // The twin lost its state: all is read again from some place.
                    runs.Clear();
                    taken = added = Math.Max(0, taken - random.Next(30));
                    break;
                default:
                    taken = through + 1;
                    break;
            }
        }

        Assert.True(checks > sources.Length);
    }
}
