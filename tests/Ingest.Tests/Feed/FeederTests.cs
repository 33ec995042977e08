using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Tests.Log;

namespace Millwright.Ingest.Tests.Feed;

public sealed class FeederTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task Samples_ArriveInOrderPerAsset()
    {
        using var bench = new FeedBench();
        for (int i = 0; i < 100; i++)
        {
            bench.Add($"a:{i % 7}", i);
        }

        await bench.SettleAsync();

        for (int asset = 0; asset < 7; asset++)
        {
            Assert.Equal(Enumerable.Range(0, 100).Where(i => i % 7 == asset).Select(i => (double)i), bench.Twins.Values($"a:{asset}"));
        }

        Assert.Equal(7, bench.Twins.Calls);
    }

    [Fact]
    public async Task WhileACallIsUnderWay_SamplesGatherIntoOneBatch_AndOthersGoOn()
    {
        using var bench = new FeedBench();
        var slow = new TaskCompletionSource();
        bench.Twins.Before = batch => batch.AssetId == "a:slow" && bench.Twins.BatchSizes.Count == 0 ? slow.Task : null;
        bench.Add("a:slow", 0);
        await bench.SettleAsync();
        for (int i = 1; i <= 10; i++)
        {
            bench.Add("a:slow", i);
            await bench.SettleAsync();
        }

        Assert.Equal(1, bench.Twins.Calls);
        slow.SetResult();
        await bench.SettleAsync();
        bench.Add("a:other", 1);
        await bench.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 11).Select(i => (double)i), bench.Twins.Values("a:slow"));
        Assert.Equal([1, 10, 1], bench.Twins.BatchSizes);
    }

    [Fact]
    public async Task FailedCall_IsRetriedWithGrowingPauses_AndOnlyItsAssetWaits()
    {
        using var bench = new FeedBench();
        int failures = 3;
        bench.Twins.Before = batch => batch.AssetId == "a:bad" && failures-- > 0 ? throw new InvalidOperationException("no") : null;
        bench.Add("a:bad", 1);
        bench.Add("a:good", 1);

        await bench.SettleAsync();
        bench.Add("a:bad", 2);
        bench.Add("a:good", 2);
        await bench.SettleAsync();

        Assert.Equal([1.0, 2.0], bench.Twins.Values("a:good"));
        Assert.Empty(bench.Twins.Values("a:bad"));
        Assert.Equal(2, failures);
        await bench.AdvanceAsync(TimeSpan.FromMilliseconds(101));
        Assert.Equal(1, failures);
        await bench.AdvanceAsync(TimeSpan.FromMilliseconds(99));
        Assert.Equal(1, failures);
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        await bench.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal([1.0, 2.0], bench.Twins.Values("a:bad"));
        Assert.Empty(bench.Quarantined);
    }

    [Fact]
    public async Task PoisonBatch_GoesToQuarantine_AndTheAssetGoesOn()
    {
        using var bench = new FeedBench();
        bench.Twins.Before = batch => batch.Samples.Any(s => s.Value == 13) ? throw new InvalidOperationException("poison") : null;
        long poison = bench.Add("a:b", 13);
        await bench.SettleAsync();
        bench.Add("a:b", 14);
        for (int i = 0; i < 10; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal([14.0], bench.Twins.Values("a:b"));
        Assert.Equal((poison, "twin.failed", "a:b"), bench.Quarantined.Select(m => (m.Position, m.Reason, m.Topic)).Single());
        Assert.Equal(5 + 1, bench.Twins.Calls);
    }

    [Fact]
    public async Task TransientFailure_NeverBecomesPoison()
    {
        using var bench = new FeedBench();
        int failures = 50;
        bench.Twins.Before = _ => failures-- > 0 ? throw new TimeoutException() : null;
        bench.Add("a:b", 1);

        for (int i = 0; i < 60; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.Equal([1.0], bench.Twins.Values("a:b"));
        Assert.Empty(bench.Quarantined);
    }

    [Fact]
    public async Task TwinThatLostState_GetsItsRecordsAgain()
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false });
        List<long> positions = [];
        for (int i = 0; i < 50; i++)
        {
            positions.Add(bench.Add("a:lost", i));
            bench.Add("a:other", i);
            await bench.SettleAsync();
        }

        bench.Twins.Forget("a:lost", positions[19]);
        bench.Add("a:lost", 50);
        bench.Add("a:other", 50);
        await bench.SettleAsync();

        Assert.Equal(Enumerable.Range(0, 51).Select(i => (double)i), bench.Twins.Values("a:lost"));
        Assert.Equal(Enumerable.Range(0, 51).Select(i => (double)i), bench.Twins.Values("a:other"));
    }

    [Fact]
    public async Task IdleTwinThatLostState_IsFoundByTheProbe()
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false });
        long first = bench.Add("a:b", 1);
        bench.Add("a:b", 2);
        await bench.SettleAsync();
        bench.Twins.Forget("a:b", first);

        await bench.AdvanceAsync(Long);

        Assert.Equal([1.0, 2.0], bench.Twins.Values("a:b"));
    }

    [Fact]
    public async Task TwinThatForgotAll_GoesOnBehindTheGap()
    {
        using var bench = new FeedBench();
        bench.Add("a:b", 1);
        await bench.SettleAsync();
        bench.Twins.Forget("a:b", -1);
        for (int i = 0; i < 40; i++)
        {
            bench.Add("a:filler", [.. Enumerable.Repeat(0.0, 100)]);
            await bench.SettleAsync();
        }

        await bench.AdvanceAsync(Long);
        bench.Add("a:b", 2);
        await bench.SettleAsync();

        Assert.Equal(2.0, bench.Twins.Values("a:b")[^1]);
    }

    [Fact]
    public async Task Truncation_WaitsForTheSlowestCheckpoint_AndAsksIdleTwins()
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false });
        bench.Add("a:first", 1);
        for (int i = 0; i < 100; i++)
        {
            bench.Add("a:b", [.. Enumerable.Repeat(0.0, 100)]);
            await bench.SettleAsync();
        }

        await bench.AdvanceAsync(Long);
        Assert.Equal(0, bench.Log.Start);
        bench.Twins.Checkpoint("a:b");
        await bench.AdvanceAsync(Long);
        await bench.AdvanceAsync(Long);
        Assert.Equal(0, bench.Log.Start);

        bench.Twins.Checkpoint("a:first");
        bench.BarrierFails = true;
        await bench.AdvanceAsync(Long);
        await bench.AdvanceAsync(Long);
        Assert.Equal(0, bench.Log.Start);
        bench.BarrierFails = false;
        await bench.AdvanceAsync(Long);
        Assert.True(bench.Log.Start > 0);
    }

    [Fact]
    public async Task Hold_ThatGivesWayLater_LetsTheLogGo_WithoutNewData()
    {
        using var bench = new FeedBench();
        bench.Hold.NeededFrom = 0;
        for (int i = 0; i < 100; i++)
        {
            bench.Add("a:b", [.. Enumerable.Repeat(0.0, 100)]);
            await bench.SettleAsync();
        }

        await bench.AdvanceAsync(Long);
        Assert.Equal(0, bench.Log.Start);
        await bench.AdvanceAsync(Long);
        Assert.Equal(bench.Log.DurableEnd, bench.Status.HeldBytes);

        bench.Hold.NeededFrom = long.MaxValue;
        await bench.AdvanceAsync(Long);
        Assert.True(bench.Log.Start > 0);
        await bench.AdvanceAsync(Long);
        Assert.Equal(0, bench.Status.HeldBytes);
    }

    [Fact]
    public async Task Hold_IsHeldOverARestart_ThoughTheCursorIsBehindIt()
    {
        var disk = new MemoryLogDisk();
        var twins = new FakeTwins();
        using (var bench = new FeedBench(disk, twins))
        {
            bench.Hold.NeededFrom = 0;
            for (int i = 0; i < 100; i++)
            {
                bench.Add("a:b", [.. Enumerable.Repeat(0.0, 100)]);
                await bench.SettleAsync();
            }

            await bench.AdvanceAsync(Long);
        }

        using var again = new FeedBench(disk, twins);
        again.Hold.NeededFrom = 0;
        await again.AdvanceAsync(Long);
        await again.AdvanceAsync(Long);

        Assert.Equal(0, again.Log.Start);
    }

    [Fact]
    public async Task Restart_GoesOnAtTheCursor_AndNothingIsMissingOrTwice()
    {
        var disk = new MemoryLogDisk();
        var twins = new FakeTwins { Checkpoints = false };
        long kept;
        using (var bench = new FeedBench(disk, twins))
        {
            bench.Add("a:b", 1);
            await bench.SettleAsync();
            twins.Checkpoint("a:b");
            await bench.AdvanceAsync(Long);
            await bench.AdvanceAsync(Long);
            kept = bench.Add("a:b", 2);
            await bench.SettleAsync();
            bench.Add("a:b", 3);
            bench.Log.Pump();
        }

        Assert.Contains("feed.cursor", disk.List());
        twins.Forget("a:b", kept - 1);
        using var again = new FeedBench(disk, twins);
        again.Add("a:b", 4);
        await again.SettleAsync();

        Assert.Equal([1.0, 2.0, 3.0, 4.0], twins.Values("a:b"));
    }

    [Fact]
    public async Task Quarantined_AreStoredInOrder_AndSurviveAStoreThatIsAway()
    {
        using var bench = new FeedBench();
        var writer = new LogRecordWriter(bench.Log);
        for (int i = 0; i < 3; i++)
        {
            writer.Start(bench.Time.GetUtcNow());
            writer.Reject("mqtt:c", System.Text.Encoding.UTF8.GetBytes($"t/{i}"), [], "payload.json.invalid", "x");
            await writer.AppendAsync(default);
        }

        bench.QuarantineFails = true;
        await bench.SettleAsync();
        await bench.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(bench.Quarantined);
        bench.QuarantineFails = false;
        await bench.AdvanceAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["t/0", "t/1", "t/2"], bench.Quarantined.Select(m => m.Topic));
    }

    [Fact]
    public async Task UnreadableRecord_GoesToQuarantine_AndTheRestGoesOn()
    {
        using var bench = new FeedBench();
        long bad = LogBench.Append(bench.Log, "not a record");
        bench.Add("a:b", 1);

        await bench.SettleAsync();

        Assert.Equal((bad, "record.format"), bench.Quarantined.Select(m => (m.Position, m.Reason)).Single());
        Assert.Equal([1.0], bench.Twins.Values("a:b"));
    }

    [Fact]
    public async Task UnreadableRecord_OfALaneThatIsBehind_GoesToQuarantineToo()
    {
        using var bench = new FeedBench(options: new FeedOptions { MaxAssetSamples = 4 });
        bool broken = true;
        bench.Twins.Before = _ => broken ? throw new TimeoutException() : null;
        for (int i = 0; i < 10; i++)
        {
            bench.Add("a:b", i);
            await bench.SettleAsync();
        }

        // Its head is whole; what follows is a byte too long.
        byte[] record = [.. FirstPayload(bench), 0];
        Assert.True(bench.Log.TryAppend(LogRecordKind.Samples, record, out long bad));
        bench.Add("a:b", 10);
        await bench.SettleAsync();
        Assert.Empty(bench.Quarantined);
        broken = false;
        await bench.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((bad, "record.format"), bench.Quarantined.Select(m => (m.Position, m.Reason)).Single());
        Assert.Equal(Enumerable.Range(0, 11).Select(i => (double)i), bench.Twins.Values("a:b"));
    }

    [Fact]
    public async Task BrokenTwin_DoesNotFillTheMemory_AndCatchesUpFromTheLog()
    {
        using var bench = new FeedBench(options: new FeedOptions { MaxBufferedSamples = 100, MaxAssetSamples = 60, ChunkRecords = 10 });
        bool broken = true;
        bench.Twins.Before = batch => broken && batch.AssetId == "a:broken" ? throw new TimeoutException() : null;
        for (int i = 0; i < 500; i++)
        {
            bench.Add("a:broken", i);
            bench.Add("a:good", i);
            await bench.SettleAsync();
        }

        double[] all = [.. Enumerable.Range(0, 500).Select(i => (double)i)];
        Assert.Equal(all, bench.Twins.Values("a:good"));
        broken = false;
        await bench.AdvanceAsync(TimeSpan.FromMinutes(1));
        bench.Add("a:broken", 500);
        await bench.SettleAsync();

        Assert.Equal([.. all, 500.0], bench.Twins.Values("a:broken"));
    }

    [Fact]
    public async Task ManyCallsUnderWay_StayWithinTheBound()
    {
        using var bench = new FeedBench(options: new FeedOptions { MaxCalls = 8 });
        var gate = new TaskCompletionSource();
        bench.Twins.Before = _ => gate.Task;
        for (int i = 0; i < 100; i++)
        {
            bench.Add($"a:{i}", i);
        }

        await bench.SettleAsync();
        Assert.Equal(8, bench.Twins.Calls);
    }

    [Fact]
    public async Task Hosted_FeedsWhatIsAppendedLater()
    {
        using var bench = new FeedBench();
        var seen = new TaskCompletionSource();
        bench.Twins.Before = batch =>
        {
            if (batch.Samples.Any(s => s.Value == 2))
            {
                seen.TrySetResult();
            }

            return null;
        };
        await bench.Feeder.StartAsync(default);
        bench.Add("a:b", 1);
        bench.Log.Pump();
        bench.Add("a:b", 2);
        bench.Log.Pump();

        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await bench.Feeder.StopAsync(default);
        Assert.Equal([1.0, 2.0], bench.Twins.Values("a:b"));
    }

    private static byte[] FirstPayload(FeedBench bench)
    {
        using LogReader reader = bench.Log.OpenReader(bench.Log.Start);
        Assert.True(reader.TryRead(out LogRecord record));
        return record.Payload.ToArray();
    }
}
