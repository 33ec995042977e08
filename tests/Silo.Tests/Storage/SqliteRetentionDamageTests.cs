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
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteRetentionDamageTests : IDisposable
{
    private const string Asset = "acme:0";

    private readonly SqliteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task DamagedAnchor_IsFound()
    {
        var fill = bench.Fill(1);
        for (int day = 0; day < 40; day++)
        {
            await fill.CheckpointAsync(Asset, 600, "a", "b");
            bench.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.True(await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero }).KeepAsync(default) > 0);
        Assert.Empty(StoreInspection.Run(bench.Path).Found);

        bench.Tamper("UPDATE history_anchor SET sequence = sequence - 1");
        Assert.Contains(StoreInspection.Run(bench.Path).Found, d => d.Code == "history.anchor");
    }

    [Fact]
    public async Task Deletion_GivesTheDiskBack()
    {
        var fill = bench.Fill(1);
        for (int i = 0; i < 60; i++)
        {
            await fill.CheckpointAsync(Asset, 5_000, "a");
        }

        long before = SizeOnDisk();
        bench.Time.Advance(TimeSpan.FromDays(40));
        await fill.CheckpointAsync(Asset, 10, "a");
        await fill.CheckpointAsync(Asset, 10, "a");
        await Keeper(new RetentionOptions { StepPause = TimeSpan.Zero, Minute = TimeSpan.FromDays(35), StepRows = 100 }).KeepAsync(default);

        long after = SizeOnDisk();
        Assert.True(before > 600_000 && after < before / 4, $"{before} bytes before, {after} after");
    }

    [Fact]
    public async Task NearItsBound_TheStoreSaysSo()
    {
        await bench.Fill(1).CheckpointAsync(Asset, 5_000, "a");

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

    private static readonly RetentionOptions Short = new()
    {
        Raw = TimeSpan.FromDays(2), Minute = TimeSpan.FromDays(2), Alerts = TimeSpan.FromDays(2), StepPause = TimeSpan.Zero, StepRows = 3,
    };

    private async Task FillOldAsync()
    {
        var fill = bench.Fill(5);
        var alerts = new SqliteAlertStore(bench.Database);
        for (int i = 0; i < 5; i++)
        {
            await fill.CheckpointAsync(Asset, 1_800, "a");
            await alerts.AppendAsync(StoreExamples.Alert(i), default);
        }

        bench.Time.Advance(TimeSpan.FromDays(10));
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
        bench.Database, bench.Twins(new HistoryDecoder()), Options.Create(options),
        SqliteBench.Bound(maxBytes), bench.Time, NullLogger<StoreKeeper>.Instance);

    private long SizeOnDisk()
    {
        bench.Tamper("PRAGMA wal_checkpoint(TRUNCATE)");
        return new FileInfo(bench.Path).Length;
    }
}
