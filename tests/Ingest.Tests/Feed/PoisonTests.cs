using Millwright.Ingest.Feed;
using Millwright.Ingest.Tests.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>Twins that throw on some records, and twins that come back with less than they had.</summary>
public sealed class PoisonTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BadRecords_GoToQuarantineAlone_AndTheOthersArriveInOrder(bool losesState)
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false });
        double[] bad = [0, 17, 18, 63, 99];
        ThrowOn(bench, bad, losesState);
        long[] positions = [.. Enumerable.Range(0, 100).Select(i => bench.Add("a:b", i, -i - 1000))];
        bench.Add("a:other", 1);

        for (int i = 0; i < 200; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        bench.Add("a:b", 100);
        await bench.SettleAsync();

        double[] good = [.. Enumerable.Range(0, 100).Select(i => (double)i).Except(bad)];
        Assert.Equal([.. good.SelectMany(v => new[] { v, -v - 1000 }), 100.0], bench.Twins.Values("a:b"));
        Assert.Equal(bad.Select(v => positions[(int)v]), bench.Quarantined.Select(m => m.Position).Distinct().Order());
        Assert.All(bench.Quarantined, m => Assert.Equal((bench.Log.LogId, "twin.failed"), (m.LogId, m.Reason)));
        Assert.Equal([1.0], bench.Twins.Values("a:other"));
    }

    [Fact]
    public async Task TwinThatThrowsOnEverything_IsIsolatedAtTheRateOfBatches()
    {
        using var bench = new FeedBench();
        bench.Twins.Before = batch => batch.AssetId == "a:broken" ? throw new InvalidOperationException("all") : null;
        for (int i = 0; i < 1_000; i++)
        {
            bench.Add("a:broken", i);
            bench.Add("a:good", i);
            bench.Log.Pump();
        }

        for (int i = 0; i < 40; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(1_000, bench.Quarantined.Count);
        Assert.Equal(1_000, bench.Twins.Values("a:good").Length);
        Assert.InRange(bench.Twins.Calls, 1, 300);
    }

    [Fact]
    public async Task Poison_WhileItsStoreIsAway_StaysWithinTheBound_AndIsStoredAfter()
    {
        const int Records = 1_000;
        using var bench = new FeedBench(options: new FeedOptions { MaxAssetSamples = 800 });
        bench.Twins.Before = batch => batch.Samples.IsEmpty ? null : throw new InvalidOperationException("all");
        bench.QuarantineFails = true;
        for (int i = 0; i < Records; i++)
        {
            for (int asset = 0; asset < 8; asset++)
            {
                bench.Add($"a:broken-{asset}", i);
            }

            bench.Log.Pump();
        }

        await AdvanceAsync(bench, 80);
        bench.QuarantineFails = false;
        await AdvanceAsync(bench, 80);

        Assert.Equal(8 * Records, bench.Quarantined.Select(m => m.Position).Distinct().Count());
        Assert.InRange(bench.LargestQuarantineWrite, QuarantineFeed.MaxPending, QuarantineFeed.MaxPending + 800);
    }

    [Fact]
    public async Task PoisonOfAnEarlierLife_ComesAgainInAHunt_AndIsFoundAgain()
    {
        var disk = new MemoryLogDisk();
        var twins = new FakeTwins { Checkpoints = false };
        twins.Before = batch => Throw(twins, batch, 10, 20);
        using (var bench = new FeedBench(disk, twins))
        {
            bench.Hold.NeededFrom = 0;
            await AddAsync(bench, 0, 10);
            twins.Checkpoint("a:b");
            await AddAsync(bench, 10, 1);
            Assert.Single(bench.Quarantined);
        }

        // The cursor is behind the quarantined record, the twin's checkpoint before it. In the midst of a hunt the twin falls back to it.
        using var again = new FeedBench(disk, twins);
        again.Hold.NeededFrom = 0;
        await AddAsync(again, 11, 20);

        Assert.Equal([.. Enumerable.Range(0, 31).Select(i => (double)i).Except([10, 20])], twins.Values("a:b"));
        Assert.Equal(2, again.Quarantined.Count);
    }

    [Fact]
    public async Task FaultThatPasses_CostsNoRecord()
    {
        using var bench = new FeedBench();
        int throws = 8;
        bench.Twins.Before = _ => throws-- > 0 ? throw new InvalidOperationException("for a while") : null;
        for (int i = 0; i < 50; i++)
        {
            bench.Add("a:b", i);
        }

        for (int i = 0; i < 20; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => (double)i), bench.Twins.Values("a:b"));
        Assert.Empty(bench.Quarantined);
    }

    [Fact]
    public async Task TwinThatLostItsCheckpoint_AfterTheLogForgot_IsAGapThatIsSaid()
    {
        using var bench = new FeedBench();
        long first = bench.Add("a:b", 1);
        long second = bench.Add("a:b", 2);
        await bench.SettleAsync();
        await FillAndTruncateAsync(bench);

        bench.Twins.Forget("a:b", first);
        bench.Add("a:b", 3);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));

        FeedGap gap = Assert.Single(bench.Status.Gaps);
        Assert.Equal(("a:b", first + 1, second), (gap.AssetId, gap.From, gap.To));
        Assert.Equal([1.0, 3.0], bench.Twins.Values("a:b"));
    }

    [Fact]
    public async Task TwinThatLostWhatWasInNoCheckpoint_HasNoGap()
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false });
        bench.Add("a:b", 1);
        await bench.SettleAsync();
        bench.Twins.Checkpoint("a:b");
        bench.Twins.Checkpoint("a:filler");
        await FillAndTruncateAsync(bench);
        Assert.True(bench.Log.Start > 0);
        bench.Add("a:b", 2);
        await bench.SettleAsync();

        bench.Twins.Restore("a:b");
        bench.Add("a:b", 3);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.Equal([1.0, 2.0, 3.0], bench.Twins.Values("a:b"));
        Assert.Equal(0, bench.Status.GapCount);
    }

    [Fact]
    public async Task LogShortenedBeyondTheCursor_IsAGapOfAll()
    {
        var disk = new Log.MemoryLogDisk();
        using (var bench = new FeedBench(disk))
        {
            bench.Add("a:b", 1);
            await bench.SettleAsync();
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
            bench.Twins.Checkpoints = false;
            for (int i = 0; i < 40; i++)
            {
                bench.Add("a:filler", [.. Enumerable.Repeat(0.0, 100)]);
                bench.Log.Pump();
            }

            await bench.SettleAsync();
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
            bench.Log.Truncate(bench.Log.DurableEnd);
            Assert.True(bench.Log.Start > 0);
        }

        using var again = new FeedBench(disk);
        again.Add("a:b", 2);
        await again.AdvanceAsync(TimeSpan.FromSeconds(2));

        FeedGap gap = Assert.Single(again.Status.Gaps);
        Assert.Equal((null, again.Log.Start - 1), (gap.AssetId, gap.To));
        Assert.Equal([2.0], again.Twins.Values("a:b"));
    }

    [Fact]
    public async Task TruncationWhoseCursorCannotBeWritten_IsNoGapAfterARestart()
    {
        var disk = new Log.MemoryLogDisk();
        var twins = new FakeTwins();
        using (var bench = new FeedBench(disk, twins))
        {
            bench.Add("a:b", 1);
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
            for (int i = 0; i < 60; i++)
            {
                bench.Add("a:filler", [.. Enumerable.Repeat(0.0, 100)]);
                bench.Log.Pump();
            }

            disk.FailReplace = true;
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
            Assert.True(bench.Log.Start > 0);
        }

        disk.FailReplace = false;
        using var again = new FeedBench(disk, twins);
        again.Add("a:b", 2);
        await again.AdvanceAsync(TimeSpan.FromSeconds(31));

        Assert.Equal(0, again.Status.GapCount);
        Assert.Equal([1.0, 2.0], twins.Values("a:b"));
    }

    private static async Task FillAndTruncateAsync(FeedBench bench)
    {
        for (int i = 0; i < 60; i++)
        {
            bench.Add("a:filler", [.. Enumerable.Repeat(0.0, 100)]);
            await bench.SettleAsync();
        }

        bench.Twins.Checkpoint("a:filler");
        await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
    }

    private static void ThrowOn(FeedBench bench, double[] bad, bool losesState) => bench.Twins.Before = batch =>
    {
        foreach (TelemetrySample sample in batch.Samples)
        {
            if (bad.Contains(sample.Value))
            {
                if (losesState)
                {
                    // As a grain does that distrusts its memory: it comes back from its checkpoint.
                    bench.Twins.Restore(batch.AssetId);
                }

                throw new InvalidOperationException("poison");
            }
        }

        return null;
    };

    /// <summary>A twin that throws comes back from its checkpoint.</summary>
    private static Task? Throw(FakeTwins twins, TelemetryBatch batch, params double[] bad)
    {
        if (!batch.Samples.Any(s => bad.Contains(s.Value)))
        {
            return null;
        }

        twins.Restore(batch.AssetId);
        throw new InvalidOperationException("poison");
    }

    private static async Task AdvanceAsync(FeedBench bench, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static async Task AddAsync(FeedBench bench, int first, int count)
    {
        foreach (int value in Enumerable.Range(first, count))
        {
            bench.Add("a:b", value);
        }

        for (int i = 0; i < 30; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(31));
        }
    }
}
