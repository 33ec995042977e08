using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Silo.Storage.Verify;
using Millwright.Testing.Time;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage;

public sealed class RetentionTests : IDisposable
{
    private const string Asset = "acme:0";

    private readonly SqliteBench bench = new();
    private readonly ManualTimeProvider time = new(StoreFill.Start);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task OldBlocks_AreDeletedFromTheBegin_AndTheRestStillVerifies()
    {
        var fill = new StoreFill(bench.Database, time, new Random(1));
        for (int day = 0; day < 40; day++)
        {
            await fill.CheckpointAsync(Asset, 600, "a", "b");
            time.Advance(TimeSpan.FromDays(1));
        }

        // The last checkpoint is a day old, so the blocks of the first nine days are older than thirty.
        Assert.True(await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero }).KeepAsync(default) > 0);

        ImmutableArray<HistoryPoint> left = await fill.Store.GetHistoryAsync(
            Asset, "a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 1_000_000, default);
        Assert.Equal(30 * 600, left.Length);
        Assert.Empty(StoreInspection.Run(bench.Path).Found);
        await fill.CheckpointAsync(Asset, 10, "a");
        Assert.Empty(StoreInspection.Run(bench.Path).Found);

        bench.Tamper("UPDATE history_anchor SET sequence = sequence - 1");
        Assert.Contains(StoreInspection.Run(bench.Path).Found, d => d.Code == "history.anchor");
    }

    [Fact]
    public async Task Deletion_GivesTheDiskBack()
    {
        var fill = new StoreFill(bench.Database, time, new Random(1));
        for (int i = 0; i < 60; i++)
        {
            await fill.CheckpointAsync(Asset, 5_000, "a");
        }

        long before = SizeOnDisk();
        time.Advance(TimeSpan.FromDays(40));
        await fill.CheckpointAsync(Asset, 10, "a");
        await fill.CheckpointAsync(Asset, 10, "a");
        await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(35), StepRows = 100 }).KeepAsync(default);

        long after = SizeOnDisk();
        Assert.True(before > 600_000 && after < before / 4, $"{before} bytes before, {after} after");
    }

    [Fact]
    public async Task Hours_AreTheSame_BeforeAndAfterTheirMinutesAreDeleted()
    {
        var fill = new StoreFill(bench.Database, time, new Random(5));
        for (int i = 0; i < 10; i++)
        {
            await fill.CheckpointAsync(Asset, 2_000, "a", "b");
        }

        var rollups = new SqliteRollupStore(bench.Database);
        var query = new RollupQuery(Asset, "a", RollupTier.Hour, StoreFill.Start, StoreFill.Start.AddDays(1), 100);
        ImmutableArray<Rollup> before = await rollups.GetAsync(query, default);
        time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");

        // Steps smaller than an hour: the first must keep the whole of it.
        await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(2), StepRows = 7 }).KeepAsync(default);

        Assert.Empty(await rollups.GetAsync(query with { Tier = RollupTier.Minute }, default));
        Assert.Equal(6, before.Length);
        Assert.Equal(before.AsEnumerable(), await rollups.GetAsync(query, default));
        Assert.Empty(StoreInspection.Run(bench.Path).Found);

        await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(2), Hour = TimeSpan.FromDays(5) })
            .KeepAsync(default);
        Assert.Empty(await rollups.GetAsync(query, default));
    }

    [Fact]
    public async Task Rollups_EqualARecomputationFromRaw()
    {
        var fill = new StoreFill(bench.Database, time, new Random(9));
        for (int i = 0; i < 5; i++)
        {
            await fill.CheckpointAsync(Asset, 1_800, "a");
        }

        ImmutableArray<HistoryPoint> raw = await fill.Store.GetHistoryAsync(
            Asset, "a", DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100_000, default);
        foreach ((RollupTier tier, long ticks, int share) in new[]
            { (RollupTier.Minute, TimeSpan.TicksPerMinute, 60), (RollupTier.Hour, TimeSpan.TicksPerHour, 3_600) })
        {
            ImmutableArray<Rollup> rollups = await new SqliteRollupStore(bench.Database).GetAsync(
                new RollupQuery(Asset, "a", tier, StoreFill.Start, StoreFill.Start.AddDays(1), 1_000), default);
            IGrouping<long, HistoryPoint>[] groups = [.. raw.GroupBy(p => p.EventTime.UtcTicks / ticks)];
            Assert.Equal(groups.Select(g => g.Key), rollups.Select(r => r.Start.UtcTicks / ticks));
            foreach ((IGrouping<long, HistoryPoint> group, Rollup rollup) in groups.Zip(rollups))
            {
                double mean = group.Average(p => p.Value);
                Assert.Equal((group.Count(), group.Min(p => p.Value), group.Max(p => p.Value), group.Last().Value),
                    (rollup.Count, rollup.Minimum, rollup.Maximum, rollup.Last));
                Assert.Equal(mean, rollup.Mean, 1e-12 * mean);
                Assert.Equal(Math.Sqrt(group.Average(p => (p.Value - mean) * (p.Value - mean))), rollup.StandardDeviation, 1e-12 * mean);
                Assert.Equal(group.Count() / (double)share, rollup.Completeness, 1e-12);
            }
        }
    }

    [Fact]
    public async Task WhatAFallbackNeeds_IsKept_HoweverOld()
    {
        var fill = new StoreFill(bench.Database, time, new Random(1));
        await fill.CheckpointAsync(Asset, 100, "a");
        await fill.CheckpointAsync(Asset, 100, "a");
        time.Advance(TimeSpan.FromDays(4_000));

        Assert.Equal(0, await Keeper(new RetentionOptions()).KeepAsync(default));
    }

    [Fact]
    public async Task OldAlerts_AreDeleted()
    {
        var alerts = new SqliteAlertStore(bench.Database);
        for (int i = 0; i < 5; i++)
        {
            await alerts.AppendAsync(SqliteStoresTests.Alert(i), default);
        }

        time.Advance(TimeSpan.FromDays(365) + TimeSpan.FromSeconds(3.5));

        Assert.Equal(3, await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero }).KeepAsync(default));
        Assert.Equal([4L, 3], (await alerts.QueryAsync(new AlertQuery(), default)).Select(a => a.Alert.Sequence));
    }

    [Fact]
    public async Task NearItsBound_TheStoreSaysSo()
    {
        await new StoreFill(bench.Database, time, new Random(1)).CheckpointAsync(Asset, 5_000, "a");

        await Keeper(new RetentionOptions(), maxBytes: 20_000).KeepAsync(default);
        Assert.Contains("MaxBytes", bench.Database.Health.Space!, StringComparison.Ordinal);
        await Keeper(new RetentionOptions(), maxBytes: 100L << 30).KeepAsync(default);
        Assert.Null(bench.Database.Health.Space);
    }

    [Theory]
    [InlineData("UPDATE window SET mean = mean + 1 WHERE start = (SELECT min(start) FROM window)", "window")]
    [InlineData("UPDATE window SET stored = 'x' WHERE start = (SELECT min(start) FROM window)", "")]
    [InlineData("UPDATE history SET count = count + 1 WHERE sequence = 1", "history")]
    [InlineData("UPDATE history SET stored = 'x' WHERE sequence = 1", "history")]
    [InlineData("UPDATE alert SET json = x'00' WHERE ordinal = 1", "alert")]
    [InlineData("UPDATE snapshot SET data = 'x' WHERE epoch = (SELECT min(epoch) FROM snapshot)", "")]
    [InlineData("INSERT INTO hour VALUES (77, 'a', 1, 1, 0, 0, 0, 0, 0, 0, 1, 0)", "hour")]
    public async Task DamagedRow_IsPassedOver_AndHealthHears(string edit, string table)
    {
        await FillOldAsync();
        bench.Tamper(edit);
        long before = Rows();

        Assert.True(await Keeper(Short).KeepAsync(default) > 20);

        Assert.True(Rows() < 20, $"{Rows()} rows of {before} are left");
        Assert.True(table.Length == 0 || bench.Database.Health.Kept.Any(d => d.Table == table), $"nothing was said of {table}");
    }

    [Fact]
    public async Task DamagedKeptHour_KeepsItsMinutes_AndTheOthersGo()
    {
        var key = new MetricKey(1, Asset, "a");
        await FillOldAsync();
        await bench.Database.WriteAsync(
            s => s.Execute("INSERT INTO hour VALUES (1, 'a', $1, 1, 0, 0, 0, 0, 0, 0, 1, 0)", StoreFill.Start.UtcTicks), default);

        Assert.True(await Keeper(Short).KeepAsync(default) > 20);

        Assert.Equal(60, await bench.Database.ReadAsync(
            s => MinuteRows.Read(s, key, 0, StoreFill.Start.AddHours(1).UtcTicks).Count(), default));
        Assert.Equal(60L, await bench.Database.ReadAsync(
            s => s.Scalar("SELECT count(*) FROM window WHERE metric = $1", "a"), default));
        Assert.Contains(bench.Database.Health.Kept, d => d.Table == "hour");
    }

    [Fact]
    public async Task DamagedRow_InAWrite_IsReported_AndCorrupt()
    {
        StoreException corrupt = await Assert.ThrowsAsync<StoreException>(async () => await bench.Database.WriteAsync<int>(
            _ => throw new DamagedRowException(new StoreDamage("store.damaged", "hour", "An hour.")), default));

        Assert.Equal("store.corrupt", corrupt.Code);
        Assert.Equal(1, bench.Database.Health.Found);
    }

    [Fact]
    public async Task MinuteThatComesAfterItsHourWasKept_IsJoinedToIt()
    {
        var fill = new StoreFill(bench.Database, time, new Random(5));
        await fill.CheckpointAsync(Asset, 1_800, "a");
        time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");
        var query = new RollupQuery(Asset, "a", RollupTier.Hour, StoreFill.Start, StoreFill.Start.AddHours(1), 10);
        var rollups = new SqliteRollupStore(bench.Database);
        await Keeper(Short).KeepAsync(default);
        Assert.Equal(1_800, Assert.Single(await rollups.GetAsync(query, default)).Count);

        // The other half of the hour, ten days late.
        await fill.CheckpointAsync(Asset, 1_800, "a");
        Rollup joined = Assert.Single(await rollups.GetAsync(query, default));
        Assert.Equal((3_600, 1.0), (joined.Count, Math.Round(joined.Completeness, 9)));

        time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");
        await Keeper(Short).KeepAsync(default);
        Assert.Empty(await rollups.GetAsync(query with { Tier = RollupTier.Minute }, default));
        Assert.Equal(joined, Assert.Single(await rollups.GetAsync(query, default)));
    }

    [Fact]
    public async Task YoungMinuteOfAnHour_HoldsTheWholeHour_AndNothingElse()
    {
        var fill = new StoreFill(bench.Database, time, new Random(5));
        await fill.CheckpointAsync(Asset, 1_800, "a");
        await fill.CheckpointAsync(Asset, 7_200, "b");
        time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 600, "a");
        await fill.CheckpointAsync(Asset, 1, "c");
        await fill.CheckpointAsync(Asset, 1, "c");

        await Keeper(Short).KeepAsync(default);

        var minutes = new RollupQuery(Asset, "a", RollupTier.Minute, StoreFill.Start, StoreFill.Start.AddDays(1), 1_000);
        var rollups = new SqliteRollupStore(bench.Database);
        Assert.Equal(40, (await rollups.GetAsync(minutes, default)).Length);
        Assert.Empty(await rollups.GetAsync(minutes with { Metric = "b" }, default));
        Assert.Equal(2, (await rollups.GetAsync(minutes with { Metric = "b", Tier = RollupTier.Hour }, default)).Length);
    }

    private static readonly RetentionOptions Short = new()
    {
        Raw = TimeSpan.FromDays(2), Minute = TimeSpan.FromDays(2), Alerts = TimeSpan.FromDays(2), StepPause = TimeSpan.Zero, StepRows = 3,
    };

    private async Task FillOldAsync()
    {
        var fill = new StoreFill(bench.Database, time, new Random(5));
        var alerts = new SqliteAlertStore(bench.Database);
        for (int i = 0; i < 5; i++)
        {
            await fill.CheckpointAsync(Asset, 1_800, "a");
            await alerts.AppendAsync(SqliteStoresTests.Alert(i), default);
        }

        time.Advance(TimeSpan.FromDays(10));
        await fill.CheckpointAsync(Asset, 1, "b");
        await fill.CheckpointAsync(Asset, 1, "b");
    }

    private long Rows()
    {
        using Statements statements = SqliteDatabase.Connect(bench.Path);
        return (long)statements.Scalar(
            "SELECT (SELECT count(*) FROM window) + (SELECT count(*) FROM history) + (SELECT count(*) FROM alert)")!;
    }

    private StoreKeeper Keeper(RetentionOptions options, long maxBytes = long.MaxValue) => new(
        bench.Database, StoreFill.StoreOf(bench.Database, time), Options.Create(options),
        Options.Create(new SqliteOptions { MaxBytes = maxBytes }), time, NullLogger<StoreKeeper>.Instance);

    private long SizeOnDisk()
    {
        bench.Tamper("PRAGMA wal_checkpoint(TRUNCATE)");
        return new FileInfo(bench.Path).Length;
    }
}
