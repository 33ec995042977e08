using System.Collections.Immutable;
using Millwright.Core.History;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every store forgets, and what it never does.</summary>
public abstract class RetentionSuite : StoreSuite
{
    private const string Asset = "acme:0";

    private protected static readonly RetentionOptions Short = new()
    {
        Raw = TimeSpan.FromDays(2), Minute = TimeSpan.FromDays(2), Alerts = TimeSpan.FromDays(2), StepPause = TimeSpan.Zero, StepRows = 3,
    };

    [SuiteFact]
    public async Task OldBlocks_AreDeletedFromTheBegin_AndTheRestStillVerifies()
    {
        StoreFill fill = StoreFill.Of(Stage, 1);
        for (int day = 0; day < 40; day++)
        {
            await fill.CheckpointAsync(Asset, 600, "a", "b");
            Stage.Time.Advance(TimeSpan.FromDays(1));
        }

        // The last checkpoint is a day old, so the blocks of the first nine days are older than thirty.
        Assert.True(await Stage.KeepAsync(new RetentionOptions { StepPause = TimeSpan.Zero }) > 0);

        ImmutableArray<HistoryPoint> left = await fill.Store.GetHistoryAsync(
            Asset, "a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 1_000_000, default);
        Assert.Equal(30 * 600, left.Length);
        Assert.Empty(await Stage.VerifyAsync());
        await fill.CheckpointAsync(Asset, 10, "a");
        Assert.Empty(await Stage.VerifyAsync());
    }

    [SuiteFact]
    public async Task Hours_AreTheSame_BeforeAndAfterTheirMinutesAreDeleted()
    {
        StoreFill fill = StoreFill.Of(Stage, 5);
        for (int i = 0; i < 10; i++)
        {
            await fill.CheckpointAsync(Asset, 2_000, "a", "b");
        }

        IRollupStore rollups = Stage.Rollups;
        var query = new RollupQuery(Asset, "a", RollupTier.Hour, StoreFill.Start, StoreFill.Start.AddDays(1), 100);
        ImmutableArray<Rollup> before = await rollups.GetAsync(query, default);
        Stage.Time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");

        // Steps smaller than an hour: the first must keep the whole of it.
        await Stage.KeepAsync(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(2), StepRows = 7 });

        Assert.Empty(await rollups.GetAsync(query with { Tier = RollupTier.Minute }, default));
        Assert.Equal(6, before.Length);
        Assert.Equal(before.AsEnumerable(), await rollups.GetAsync(query, default));
        Assert.Empty(await Stage.VerifyAsync());

        await Stage.KeepAsync(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(2), Hour = TimeSpan.FromDays(5) });
        Assert.Empty(await rollups.GetAsync(query, default));
    }

    [SuiteFact]
    public async Task WhatAFallbackNeeds_IsKept_HoweverOld()
    {
        StoreFill fill = StoreFill.Of(Stage, 1);
        await fill.CheckpointAsync(Asset, 100, "a");
        await fill.CheckpointAsync(Asset, 100, "a");
        Stage.Time.Advance(TimeSpan.FromDays(4_000));

        Assert.Equal(0, await Stage.KeepAsync(new RetentionOptions()));
    }

    [SuiteFact]
    public async Task OldAlerts_AreDeleted()
    {
        IAlertStore alerts = Stage.Alerts;
        for (int i = 0; i < 5; i++)
        {
            await alerts.AppendAsync(StoreExamples.Alert(i), default);
        }

        Stage.Time.Advance(TimeSpan.FromDays(365) + TimeSpan.FromSeconds(3.5));

        Assert.Equal(3, await Stage.KeepAsync(new RetentionOptions { StepPause = TimeSpan.Zero }));
        Assert.Equal([4L, 3], (await alerts.QueryAsync(new AlertQuery(), default)).Select(a => a.Alert.Sequence));
    }

    [SuiteFact]
    public async Task MinuteThatComesAfterItsHourWasKept_IsJoinedToIt()
    {
        StoreFill fill = StoreFill.Of(Stage, 5);
        await fill.CheckpointAsync(Asset, 1_800, "a");
        Stage.Time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");
        var query = new RollupQuery(Asset, "a", RollupTier.Hour, StoreFill.Start, StoreFill.Start.AddHours(1), 10);
        IRollupStore rollups = Stage.Rollups;
        await Stage.KeepAsync(Short);
        Assert.Equal(1_800, Assert.Single(await rollups.GetAsync(query, default)).Count);

        // The other half of the hour, ten days late.
        await fill.CheckpointAsync(Asset, 1_800, "a");
        Rollup joined = Assert.Single(await rollups.GetAsync(query, default));
        Assert.Equal((3_600, 1.0), (joined.Count, Math.Round(joined.Completeness, 9)));

        Stage.Time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");
        await Stage.KeepAsync(Short);
        Assert.Empty(await rollups.GetAsync(query with { Tier = RollupTier.Minute }, default));
        Assert.Equal(joined, Assert.Single(await rollups.GetAsync(query, default)));
    }

    [SuiteFact]
    public async Task YoungMinuteOfAnHour_HoldsTheWholeHour_AndNothingElse()
    {
        StoreFill fill = StoreFill.Of(Stage, 5);
        await fill.CheckpointAsync(Asset, 1_800, "a");
        await fill.CheckpointAsync(Asset, 7_200, "b");
        Stage.Time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 600, "a");
        await fill.CheckpointAsync(Asset, 1, "c");
        await fill.CheckpointAsync(Asset, 1, "c");

        await Stage.KeepAsync(Short);

        var minutes = new RollupQuery(Asset, "a", RollupTier.Minute, StoreFill.Start, StoreFill.Start.AddDays(1), 1_000);
        IRollupStore rollups = Stage.Rollups;
        Assert.Equal(40, (await rollups.GetAsync(minutes, default)).Length);
        Assert.Empty(await rollups.GetAsync(minutes with { Metric = "b" }, default));
        Assert.Equal(2, (await rollups.GetAsync(minutes with { Metric = "b", Tier = RollupTier.Hour }, default)).Length);
    }

    [SuiteFact]
    public async Task MinuteThatIsIssuedAgainMeanwhile_IsNotLost()
    {
        const int Assets = 40;
        ITwinStore store = Stage.Twins(new PlainDecoder());
        foreach (string asset in Enumerable.Range(0, Assets).Select(i => $"acme:{i:D2}"))
        {
            await SaveAsync(store, asset, 0, Minutes(asset, 1));
            await SaveAsync(store, asset, 1, []);
            await SaveAsync(store, asset, 2, []);
        }

        Stage.Time.Advance(TimeSpan.FromDays(10));
        Task<long> keeping = Stage.KeepAsync(Short);
        for (int i = 0; i < Assets; i++)
        {
            await SaveAsync(store, $"acme:{i:D2}", 3, Minutes($"acme:{i:D2}", 2));
        }

        await keeping;
        for (int i = 0; i < Assets; i++)
        {
            ImmutableArray<WindowResult> left =
                await store.GetWindowsAsync(new WindowQuery { AssetId = $"acme:{i:D2}", Limit = 1_000 }, default);
            Assert.Equal((60, 60), (left.Length, left.Count(window => window.Revision == 2)));
        }
    }

    private static WindowResult[] Minutes(string asset, int revision) =>
    [
        .. Enumerable.Range(0, 60).Select(minute => StoreFill.Minute(
            asset, "m", (StoreFill.Start.UtcTicks / TimeSpan.TicksPerMinute) + minute,
            [new RawSample(StoreFill.Start.AddMinutes(minute), 1, SampleQuality.Good)]) with { Revision = revision }),
    ];

    private static ValueTask SaveAsync(ITwinStore store, string asset, long epoch, WindowResult[] windows) => store.SaveAsync(
        new TwinCheckpoint { AssetId = asset, ExpectedEpoch = epoch, Snapshot = new byte[1], Windows = [.. windows] }, default);
}
