using Millwright.Ingest.Feed;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>More offered than the twins take.</summary>
public sealed class OverloadTests
{
    private const int Ordinary = 36;
    private const int Safety = 4;
    private const int PerTick = 30;

    /// <summary>A third of what is offered.</summary>
    private const int Capacity = (Ordinary + Safety) * PerTick / 3;

    private static readonly FeedOptions Options = new()
    {
        MaxCalls = 16, MaxBufferedSamples = 4_000, MaxAssetSamples = 1_000, ChunkRecords = 64, MaxOrdinarySamplesUnderWay = 200,
        StatusInterval = TimeSpan.Zero,
    };

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("s:")]
    [InlineData("")]
    public async Task ThreeTimesTheCapacity_IsBoundedInMemory_AndAllIsDeliveredAfter(string safety)
    {
        using var bench = new FeedBench(options: Options, safety: safety);
        var slow = new SlowTwins(bench.Twins);
        int published = 0;
        int worst = 0;
        for (int tick = 0; tick < 300; tick++)
        {
            Publish(bench, published);
            published += PerTick;
            await TickAsync(bench, slow);

            // A record more per share, and no more.
            Assert.InRange(bench.Status.PeakSamples, 0, Options.MaxBufferedSamples + (4 * PerTick));
            for (int i = 0; i < Safety; i++)
            {
                worst = Math.Max(worst, published - bench.Twins.Values($"s:{i}").Length);
            }
        }

        Assert.True(bench.Status.Classes.Single(c => c.Class == LaneClass.Ordinary).Behind > 0, "Nobody fell behind: no overload.");
        if (safety.Length > 0)
        {
            Assert.InRange(worst, 0, 4 * PerTick);
            Assert.All(bench.Status.Laggards, l => Assert.StartsWith("o:", l.AssetId, StringComparison.Ordinal));
        }

        await AssertCatchesUpAsync(bench, slow, published);
        long records = published / PerTick * (Ordinary + Safety);
        Assert.InRange(bench.Status.RewindRecords, 1, 2 * records);
    }

    [Fact]
    public async Task ABacklog_DoesNotKeepTheSafetyClassFromItsNewSamples()
    {
        using var bench = new FeedBench(options: Options, safety: "s:");
        var slow = new SlowTwins(bench.Twins);
        int published = 0;
        for (; published < 200 * PerTick; published += PerTick)
        {
            Publish(bench, published);
        }

        // As after a restart: an hour lies in the log before the feeder reads its first record.
        for (int tick = 0; tick < 100; tick++)
        {
            await TickAsync(bench, slow);
        }

        double[] live = bench.Twins.Values("s:0");
        Assert.Equal(published, live.Length);
        Assert.True(bench.Twins.Values("o:0").Length < published, "No backlog was left.");
        await AssertCatchesUpAsync(bench, slow, published);
    }

    [Fact]
    public async Task RewindingTwins_LeaveTheirShareToLiveOnes()
    {
        using var bench = new FeedBench(twins: new FakeTwins { Checkpoints = false }, options: Options);
        int published = 0;
        for (; published < 300 * PerTick; published += PerTick)
        {
            Publish(bench, published);
            await bench.SettleAsync();
        }

        var slow = new SlowTwins(bench.Twins);
        for (int i = 0; i < Ordinary; i++)
        {
            bench.Twins.Forget($"o:{i}", -1);
        }

        int worst = 0;
        for (int tick = 0; tick < 30; tick++)
        {
            for (int i = 0; i < Safety; i++)
            {
                bench.Add($"s:{i}", published + tick);
                bench.Add($"o:{i}", published + tick);
            }

            await TickAsync(bench, slow);
            worst = Math.Max(worst, published + tick + 1 - bench.Twins.Values("s:0").Length);
        }

        Assert.InRange(worst, 0, 6);
        for (int tick = 0; bench.Status.Classes[0].Behind > 0 || slow.Waiting > 0; tick++)
        {
            Assert.True(tick < 3_000, "The rewind never ends.");
            await TickAsync(bench, slow);
        }

        Assert.Equal(Enumerable.Range(0, published + 30).Select(i => (double)i), bench.Twins.Values("o:0"));
    }

    [Fact]
    public async Task OneHotAsset_DoesNotStarve_AndTheLogIsNotReadOverAndOver()
    {
        using var bench = new FeedBench(options: Options);
        var slow = new SlowTwins(bench.Twins);
        const int Ticks = 200;
        for (int tick = 0; tick < Ticks; tick++)
        {
            for (int i = 0; i < 20; i++)
            {
                bench.Add("o:hot", (tick * 20) + i);
            }

            bench.Add("o:cool", tick);
            await TickAsync(bench, slow, 7);
        }

        for (int tick = 0; bench.Twins.Values("o:hot").Length < Ticks * 20; tick++)
        {
            Assert.True(tick < 2_000, "The hot asset never catches up.");
            await TickAsync(bench, slow, 7);
        }

        Assert.Equal(Enumerable.Range(0, Ticks * 20).Select(i => (double)i), bench.Twins.Values("o:hot"));
        Assert.Equal(Enumerable.Range(0, Ticks).Select(i => (double)i), bench.Twins.Values("o:cool"));
        Assert.InRange(bench.Status.RewindRecords, 0, 3 * Ticks * 21);
    }

    [Fact]
    public async Task ManyBrokenTwins_GiveTheirRoomUp_AndAreAskedBeforeTheLogIsReadForThem()
    {
        using var bench = new FeedBench(options: Options);
        bool broken = true;
        bench.Twins.Before = batch =>
            broken && batch.AssetId.StartsWith("o:", StringComparison.Ordinal) ? throw new TimeoutException() : null;
        int published = 0;
        for (; published < 100 * PerTick; published += PerTick)
        {
            Publish(bench, published);
            await bench.AdvanceAsync(Second);
            Assert.Equal(published + PerTick, bench.Twins.Values("s:0").Length);
        }

        long whileBroken = bench.Status.RewindRecords;
        Assert.Equal(LaneFlow.Retrying, (await AskAsync(bench, "o:1"))!.Flow);
        broken = false;
        for (int i = 0; i < 5; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(11));
        }

        Assert.Equal(Enumerable.Range(0, published).Select(i => (double)i), bench.Twins.Values("o:1"));
        Assert.InRange(whileBroken, 0, published / PerTick * (Ordinary + Safety));
    }

    [Theory]
    [InlineData("", 400, 2)]
    [InlineData("", 400, 1)]
    [InlineData("s:", 1_600, 2)]
    [InlineData("s:", 1_600, 1)]
    public async Task BrokenTwins_WithHalfOfARewindsShare_DoNotStopIt(string safety, int bound, int broken)
    {
        // The share of rewinds is 100 samples here; the broken twins hold a little more than 60 of it.
        const int Held = 60;
        using var bench = new FeedBench(
            twins: new FakeTwins { Checkpoints = false }, options: new FeedOptions { MaxBufferedSamples = bound }, safety: safety);
        string[] bad = [.. Enumerable.Range(0, broken).Select(i => $"s:broken-{i}")];
        string[] all = [.. bad, "s:good"];
        for (int i = 0; i < Held / broken; i++)
        {
            foreach (string asset in all)
            {
                bench.Add(asset, i);
            }

            await bench.SettleAsync();
        }

        bench.Twins.Before = batch => bad.Contains(batch.AssetId) && batch.Samples is [{ Value: 0 }, ..] ? throw new TimeoutException() : null;
        foreach (string asset in all)
        {
            bench.Twins.Forget(asset, -1);
            bench.Add(asset, Held / broken);
            await bench.AdvanceAsync(Second);
        }

        for (int i = 0; i < 10; i++)
        {
            await bench.AdvanceAsync(TimeSpan.FromSeconds(11));
        }

        Assert.All(bad, asset => Assert.Empty(bench.Twins.Values(asset)));
        Assert.Equal(Enumerable.Range(0, (Held / broken) + 1).Select(i => (double)i), bench.Twins.Values("s:good"));
    }

    [Fact]
    public async Task LagOfOneAsset_IsAnswered()
    {
        using var bench = new FeedBench(options: Options);
        var slow = new SlowTwins(bench.Twins);
        bench.Add("a:b", 1, 2, 3);
        await bench.SettleAsync();
        bench.Add("a:b", 4, 5);
        await bench.AdvanceAsync(Second);

        AssetLag? lag = await AskAsync(bench, "a:b");
        slow.Tick(100);
        await bench.SettleAsync();
        slow.Tick(100);
        await bench.SettleAsync();
        AssetLag? after = await AskAsync(bench, "a:b");

        Assert.Equal((5, LaneFlow.Live, true), (lag!.Samples, lag.Flow, lag.Bytes > 0));
        Assert.True(lag.Age >= Second);
        Assert.Equal((0, 0, TimeSpan.Zero), (after!.Samples, after.Bytes, after.Age));
        Assert.Null(await AskAsync(bench, "a:unknown"));
    }

    [Fact]
    public async Task LagOfOneAsset_IsRefused_WhenTheFeederIsGone()
    {
        var bench = new FeedBench();
        bench.Dispose();

        await Assert.ThrowsAsync<LagUnavailableException>(async () => await bench.Lags.AskAsync("a:b", default));
    }

    private static async Task<AssetLag?> AskAsync(FeedBench bench, string asset)
    {
        Task<AssetLag?> answer = bench.Lags.AskAsync(asset, default).AsTask();
        await bench.SettleAsync();
        return await answer.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static void Publish(FeedBench bench, int from)
    {
        double[] values = [.. Enumerable.Range(from, PerTick).Select(i => (double)i)];
        for (int i = 0; i < Ordinary + Safety; i++)
        {
            bench.Add(i < Ordinary ? $"o:{i}" : $"s:{i - Ordinary}", values);
        }

        bench.Log.Pump();
    }

    private static async Task TickAsync(FeedBench bench, SlowTwins slow, int capacity = Capacity)
    {
        // In small steps: between two answers the feeder has its say, as it has in life.
        for (int i = 0; i < 10; i++)
        {
            await bench.SettleAsync();
            slow.Tick(i == 9 ? capacity - (9 * (capacity / 10)) : capacity / 10);
        }

        await bench.AdvanceAsync(Second);
    }

    private static async Task AssertCatchesUpAsync(FeedBench bench, SlowTwins slow, int published)
    {
        for (int tick = 0; bench.Status.Classes.Any(c => c.Behind > 0) || slow.Waiting > 0; tick++)
        {
            Assert.True(tick < 5_000, "It never catches up.");
            await TickAsync(bench, slow);
        }

        double[] all = [.. Enumerable.Range(0, published).Select(i => (double)i)];
        for (int i = 0; i < Ordinary + Safety; i++)
        {
            Assert.Equal(all, bench.Twins.Values(i < Ordinary ? $"o:{i}" : $"s:{i - Ordinary}"));
        }

        Assert.Equal((0, 0), (bench.Status.BufferedSamples, bench.Status.Laggards.Length));
        Publish(bench, published);
        for (int tick = 0; tick < 5; tick++)
        {
            await TickAsync(bench, slow);
        }

        Assert.Equal(published + PerTick, bench.Twins.Values("o:0").Length);
        Assert.Empty(bench.Quarantined);
    }
}
