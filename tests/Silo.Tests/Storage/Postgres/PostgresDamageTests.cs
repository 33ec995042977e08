using System.Text;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>Rows that were edited behind the store's back are errors here as they are in SQLite.</summary>
[NeedsPostgres]
public sealed class PostgresDamageTests : TwinStoreFixture
{
    private PostgresBench Bench => (PostgresBench)Stage;

    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();

    [SuiteTheory]
    [InlineData("UPDATE snapshot SET data = 'x' WHERE epoch = 3")]
    [InlineData("UPDATE snapshot SET crc = crc + 1 WHERE epoch = 3")]
    [InlineData("DELETE FROM snapshot WHERE epoch = 3")]
    [InlineData("UPDATE twin SET epoch = 7")]
    public async Task DamagedCheckpoint_FallsBack_UnderAnEpochOfItsOwn_WithWhatTheNewerWrote(string damage)
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));
        await SaveAsync("a:b", 1, "two");
        await SaveAsync("a:b", 2, "three", Block("m", 3, 4));
        Assert.Equal(1, Bench.Tamper(damage));
        bool isTwin = damage.StartsWith("UPDATE twin", StringComparison.Ordinal);

        StoredCheckpoint stored = (await Store.LoadAsync("a:b", default))!;

        Assert.Equal((4L, isTwin ? "three" : "two", true), (stored.Epoch, Encoding.UTF8.GetString(stored.Snapshot.Span), stored.IsFallback));
        Assert.Equal(isTwin ? 4 : 2, (await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default)).Length);
        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 2, "late"));
        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 3, "late"));
        await Store.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 4, Snapshot = "five"u8.ToArray() }, default);
        Assert.Equal(("five", false), (await LoadTextAsync(), (await Store.LoadAsync("a:b", default))!.IsFallback));
        Assert.Equal("store.set-aside", Bench.Database.Health.Kept[0].Code);
    }

    [SuiteFact]
    public async Task DamagedRowOfATwin_IsNotWrittenOver_ButByAFallback()
    {
        await SaveAsync("a:b", 0, "one");
        Bench.Tamper("UPDATE twin SET saved = saved + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await SaveAsync("a:b", 1, "two"));
        Assert.Equal("one", await LoadTextAsync());
    }

    [SuiteFact]
    public async Task AllSnapshotsDamaged_IsAnError_NotAFreshTwin()
    {
        await SaveAsync("a:b", 0, "one");
        Bench.Tamper("UPDATE snapshot SET crc = crc + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
    }

    [SuiteTheory]
    [InlineData("UPDATE history SET count = count + 1 WHERE sequence = 3", "history.damaged")]
    [InlineData("DELETE FROM history WHERE sequence = 3", "history.missing")]
    [InlineData("DELETE FROM history WHERE sequence = (SELECT max(sequence) FROM history)", "history.missing")]
    [InlineData("UPDATE \"window\" SET mean = mean + 1 WHERE start = (SELECT min(start) FROM \"window\")", "store.damaged")]
    [InlineData("UPDATE alert SET json = '' WHERE ordinal = 2", "store.damaged")]
    [InlineData("UPDATE snapshot SET data = 'x' WHERE epoch = 4", "snapshot.damaged")]
    [InlineData("DELETE FROM twin", "twin.missing")]
    public async Task Verify_NamesWhatWasEdited(string edit, string code)
    {
        StoreFill fill = StoreFill.Of(Stage, 7);
        for (int i = 0; i < 4; i++)
        {
            await fill.CheckpointAsync("acme:0", 600, "a", "b");
            await Stage.Alerts.AppendAsync(StoreExamples.Alert(i), default);
        }

        (IReadOnlyList<StoreDamage> found, VerifyCounts counts) = PostgresInspection.Run(Bench.Options);
        Assert.Empty(found);
        Assert.Equal((1L, 8L, 4_800L, 80L, 4L), (counts.Assets, counts.Blocks, counts.Samples, counts.Windows, counts.Alerts));

        Assert.True(Bench.Tamper(edit) > 0);
        Assert.Contains(await Stage.VerifyAsync(), damage => damage.Code == code);
    }

    [SuiteFact]
    public async Task DamagedRow_IsAnError_AndHealthHears()
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));
        await Stage.Alerts.AppendAsync(StoreExamples.Alert(1), default);
        Bench.Tamper("UPDATE history SET crc = crc + 1; UPDATE alert SET incident = 'other'");

        await Assert.ThrowsAsync<TwinStoreException>(
            async () => await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default));
        StoreException corrupt = await Assert.ThrowsAsync<StoreException>(
            async () => await Stage.Alerts.QueryAsync(new AlertQuery(), default));
        Assert.Equal("store.corrupt", corrupt.Code);
        Assert.Equal(["alert", "history"], Bench.Database.Health.Kept.Select(damage => damage.Table).Order());
    }

    private async Task<string> LoadTextAsync() =>
        Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span);
}
