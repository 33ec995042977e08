using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Verify;
using Millwright.Testing.Time;
using Xunit.Abstractions;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class StoreVerifierTests(ITestOutputHelper output) : IDisposable
{
    private readonly SqliteBench bench = new();
    private readonly ManualTimeProvider time = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task EverySingleByteEdit_InStoredHistory_IsFound_AndNearlyAllAreNamed()
    {
        const int edits = 1_000;
        int seed = 7;
        var random = new Random(seed);
        await FillAsync(random, assets: 3, checkpoints: 8);
        bench.Database.Dispose();
        using var copy = new StoreCopy(bench.Path);
        byte[] file = copy.Files[""];
        List<(string Asset, long Sequence, int From, int To)> rows = Locate(file);
        int named = 0;

        for (int i = 0; i < edits; i++)
        {
            (string asset, long sequence, int from, int to) = rows[random.Next(rows.Count)];
            byte[] edited = [.. file];
            int offset = random.Next(from, to);
            edited[offset] ^= (byte)random.Next(1, 256);
            copy.Write("", edited);

            IReadOnlyList<StoreDamage> found = StoreInspection.Run(copy.Path).Found;

            Assert.True(found.Count > 0, $"seed {seed}, edit {i}: byte {offset} of block {sequence} of {asset} was not found");
            bool isNamed = found.Any(d => d.Asset == asset && d.Sequence == sequence && d.Metric is not null && d.From is not null);
            named += isNamed ? 1 : 0;
        }

        output.WriteLine($"{edits} edits, {edits} found, {named} named by asset, metric, time and sequence");
        Assert.True(named >= edits * 99 / 100, $"{named} of {edits} edits were named");
    }

    [Fact]
    public async Task DamagedBlock_IsStillCalledDamaged_OnceRetentionHasPassedIt()
    {
        var fill = new StoreFill(SqliteBench.StoreOf(bench.Database, time), new Random(1));
        for (int i = 0; i < 6; i++)
        {
            await fill.CheckpointAsync("acme:0", 100, "a");
        }

        bench.Tamper("UPDATE history SET data = zeroblob(length(data)) WHERE sequence = 2");
        RetentionStep step = await bench.Database.WriteAsync(
            s => RetentionSteps.Blocks(s, "acme:0", long.MaxValue, 100, new RetentionPlace(0)), default);

        Assert.True(step.Deleted > 1);
        StoreDamage found = Assert.Single(StoreInspection.Run(bench.Path).Found);
        Assert.Equal(("history.damaged", 2L), (found.Code, found.Sequence));
    }

    [Fact]
    public async Task UntouchedStores_OfManyShapes_RaiseNoAlarm()
    {
        for (int seed = 1; seed <= 12; seed++)
        {
            using var store = new SqliteBench();
            var random = new Random(seed);
            var fill = new StoreFill(SqliteBench.StoreOf(store.Database, time), random);
            int assets = random.Next(0, 6);
            for (int i = 0; i < assets * 6; i++)
            {
                string[] metrics = [.. Enumerable.Range(0, random.Next(0, 4)).Select(m => $"métrique {m}")];
                await fill.CheckpointAsync($"acme:{i % assets}", random.Next(1, 900), metrics);
            }

            if (assets > 0 && seed % 3 == 0)
            {
                store.Tamper("UPDATE snapshot SET data = x'00' WHERE epoch = (SELECT max(epoch) FROM twin) AND twin = 1");
                await fill.Store.LoadAsync("acme:0", default);
            }

            if (seed % 2 == 0)
            {
                store.Database.Dispose();
            }

            Assert.True(StoreInspection.Run(store.Path).Found is [], $"seed {seed}: {string.Join(' ', StoreInspection.Run(store.Path).Found)}");
        }
    }

    [Theory]
    [InlineData("UPDATE history SET data = zeroblob(length(data)) WHERE sequence = 3 AND twin = 1", "history.damaged", 3L)]
    [InlineData("UPDATE history SET first = first + 1 WHERE sequence = 3 AND twin = 1", "history.damaged", 3L)]
    [InlineData("UPDATE history SET hash = zeroblob(32) WHERE sequence = 3 AND twin = 1", "history.damaged", 3L)]
    [InlineData("DELETE FROM history WHERE sequence = 3 AND twin = 1", "history.missing", 3L)]
    [InlineData("DELETE FROM history WHERE sequence = (SELECT max(sequence) FROM history WHERE twin = 1) AND twin = 1", "history.missing", null)]
    [InlineData("DELETE FROM history WHERE sequence = 1 AND twin = 1", "history.missing", 1L)]
    [InlineData("UPDATE history SET sequence = sequence + 100 WHERE sequence = 3 AND twin = 1", "history.missing", 3L)]
    [InlineData("DELETE FROM twin WHERE id = 1", "twin.missing", null)]
    [InlineData("UPDATE twin SET epoch = epoch + 1 WHERE id = 1", "store.damaged", null)]
    [InlineData("UPDATE snapshot SET data = zeroblob(length(data)) WHERE twin = 1", "snapshot.damaged", null)]
    [InlineData("DELETE FROM snapshot WHERE twin = 1 AND epoch = (SELECT epoch FROM twin WHERE id = 1)", "snapshot.missing", null)]
    [InlineData("UPDATE window SET mean = mean + 0.5 WHERE twin = 1", "store.damaged", null)]
    [InlineData("UPDATE counter SET value = -1", "store.damaged", null)]
    [InlineData("DROP INDEX history_by_time", "store.schema", null)]
    public async Task Edit_IsNamedByItsKind(string edit, string code, long? sequence)
    {
        await FillAsync(new Random(3), assets: 2, checkpoints: 4);
        bench.Tamper(edit);

        IReadOnlyList<StoreDamage> found = StoreInspection.Run(bench.Path).Found;

        Assert.Contains(found, d => d.Code == code && (sequence is null || d.Sequence == sequence));
    }

    [Fact]
    public async Task ReplacedBlock_WithItsSumMadeAnew_BreaksTheChain()
    {
        await FillAsync(new Random(3), assets: 1, checkpoints: 4);
        await bench.Database.WriteAsync(
            s => s.Execute(
                """
                UPDATE history SET count = count - 1, crc = rowsum('history acme:0',
                    twin, sequence, metric, first, last, count - 1, epoch, stored, hash, data) WHERE sequence = 3
                """),
            default);

        StoreDamage damage = Assert.Single(StoreInspection.Run(bench.Path).Found);

        Assert.Equal(("history.chain", "acme:0", (long?)3), (damage.Code, damage.Asset, damage.Sequence));
        Assert.NotNull(damage.Metric);
        Assert.NotNull(damage.From);
    }

    [Fact]
    public async Task Scrubber_ReportsToHealth_WhatIsDamagedWhileTheStoreRuns()
    {
        await FillAsync(new Random(3), assets: 2, checkpoints: 3);
        var pace = new ScrubPace(TimeSpan.FromHours(1), TimeSpan.Zero, () => false);
        using var scrubber = new StoreScrubber(
            bench.Database, SqliteBench.StoreOf(bench.Database, time), pace, time,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<StoreScrubber>.Instance);
        Assert.Equal(0, await scrubber.ScrubAsync(default));

        bench.Tamper("UPDATE window SET maximum = 99 WHERE twin = 2 AND metric = 'a'");

        Assert.True(await scrubber.ScrubAsync(default) > 0);
        Assert.Contains(bench.Database.Health.Kept, d => d.Table == "window" && d.Asset == "acme:1");
    }

    [Fact]
    public async Task RunningSilo_WhichSyncs_IsNotBehind()
    {
        await FillAsync(new Random(3), assets: 2, checkpoints: 3);
        using var stop = new CancellationTokenSource();
        Task syncing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await bench.Database.SyncAsync(default);
            }
        });
        for (int i = 0; i < 100; i++)
        {
            Assert.Empty(StoreInspection.Run(bench.Path).Found);
        }

        await stop.CancelAsync();
        await syncing;
    }

    private async Task FillAsync(Random random, int assets, int checkpoints)
    {
        var fill = new StoreFill(SqliteBench.StoreOf(bench.Database, time), random);
        for (int i = 0; i < assets * checkpoints; i++)
        {
            await fill.CheckpointAsync($"acme:{i % assets}", 100, "a", "b");
        }
    }

    /// <summary>Where each row lies in the file: its hash and data follow each other, and the small columns lie before them.</summary>
    private List<(string Asset, long Sequence, int From, int To)> Locate(byte[] file)
    {
        const int before = 40;
        List<(string, long, int, int)> rows = [];
        using Statements statements = SqliteDatabase.Connect(bench.Path);
        using StoreRows found = statements.Query(
            "SELECT t.asset, h.sequence, h.hash, h.data FROM history h JOIN twin t ON t.id = h.twin");
        while (found.Read())
        {
            byte[] tail = [.. (byte[])found[2], .. (byte[])found[3]];
            int at = file.AsSpan().IndexOf(tail);

            // A page that was split may hold the same bytes again in its free space, where an edit changes nothing.
            if (at > 0 && file.AsSpan(at + 1).IndexOf(tail) < 0)
            {
                rows.Add((found.GetString(0), found.GetInt64(1), at - before, at + tail.Length));
            }
        }

        Assert.True(rows.Count > 20, $"{rows.Count} rows were located");
        return rows;
    }
}
