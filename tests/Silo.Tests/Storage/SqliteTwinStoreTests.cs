using System.Text;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Twins;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteTwinStoreTests : TwinStoreSuite
{
    private SqliteBench Bench => (SqliteBench)Stage;

    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());

    [Fact]
    public async Task DamagedSnapshot_IsSetAside_AndTheOneBeforeIsUsed_UnderAnEpochOfItsOwn()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        Bench.Tamper("UPDATE snapshot SET data = CAST('twO' AS BLOB) WHERE epoch = 2");

        for (int i = 0; i < 2; i++)
        {
            StoredCheckpoint? stored = await Store.LoadAsync("a:b", default);
            Assert.Equal((3L, "one"), (stored!.Epoch, Encoding.UTF8.GetString(stored.Snapshot.Span)));
        }

        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 1, "late"));
        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 2, "late"));
        await SaveAsync("a:b", 3, "four");
        Assert.Equal("four", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
        Assert.Equal(1L, await Bench.Database.ReadAsync(s => s.Scalar("SELECT count(*) FROM damaged WHERE epoch = 2"), default));
        Assert.Equal("store.set-aside", Bench.Database.Health.Kept.Single().Code);
    }

    [Fact]
    public async Task AfterAFallback_BothSlotsAreFilledAgain_SoThatItCanFallBackOnceMore()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        Bench.Tamper("UPDATE snapshot SET data = x'00' WHERE epoch = 2");
        Assert.Equal(3L, (await Store.LoadAsync("a:b", default))!.Epoch);
        await SaveAsync("a:b", 3, "four");
        Bench.Tamper("UPDATE snapshot SET data = x'00' WHERE epoch = 4");

        Assert.Equal("one", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
    }

    [Theory]
    [InlineData("UPDATE snapshot SET data = x'00' WHERE epoch = 2")]
    [InlineData("DELETE FROM snapshot WHERE epoch = 2")]
    [InlineData("UPDATE twin SET epoch = 7")]
    public async Task Fallback_TakesBlocksAndWindowsOfTheNewerEpochWithIt(string damage)
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));
        WindowResult window = Window("m", 0, 1, 3);
        await Store.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 1, Snapshot = new byte[3], Windows = [window] }, default);
        await SaveAsync("a:b", 2, "three", Block("m", 3, 4));
        Bench.Tamper(damage.Replace("epoch = 2", "epoch = 3", StringComparison.Ordinal));

        StoredCheckpoint stored = (await Store.LoadAsync("a:b", default))!;

        bool isFallback = !damage.StartsWith("UPDATE twin", StringComparison.Ordinal);
        Assert.Equal(isFallback ? 2 : 4, (await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default)).Length);
        Assert.Equal(isFallback ? 3 : 5, stored.Snapshot.Length);
        Assert.Equal(window, (await Store.GetWindowsAsync(new WindowQuery { AssetId = "a:b" }, default)).Single());

        // Replay makes the block again, under the same number.
        HistoryBlock again = Block("m", 3, 4, 5) with { Sequence = isFallback ? 2 : 3, Hash = new byte[32] };
        await Store.SaveAsync(
            new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = stored.Epoch, Snapshot = new byte[1], Blocks = [again] }, default);
    }

    [Fact]
    public async Task Fallback_IsSaid_UntilTheNextCheckpoint()
    {
        await SaveAsync("a:b", 0, "one");
        Assert.False((await Store.LoadAsync("a:b", default))!.IsFallback);
        await SaveAsync("a:b", 1, "two");
        Assert.False((await Store.LoadAsync("a:b", default))!.IsFallback);
        Bench.Tamper("UPDATE snapshot SET data = x'00' WHERE epoch = 2");

        // Whoever falls back may die before it has written, or may not be the twin at all.
        Assert.True((await Store.LoadAsync("a:b", default))!.IsFallback);
        StoredCheckpoint again = (await Store.LoadAsync("a:b", default))!;
        Assert.True(again.IsFallback);

        await SaveAsync("a:b", again.Epoch, "three");
        Assert.False((await Store.LoadAsync("a:b", default))!.IsFallback);
    }

    [Fact]
    public async Task AllSnapshotsDamaged_IsAnError_NotAFreshTwin()
    {
        await SaveAsync("a:b", 0, "one");
        Bench.Tamper("UPDATE snapshot SET crc = crc + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
    }

    [Fact]
    public async Task OlderSnapshotInTheNewersPlace_IsDamage()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        Bench.Tamper("UPDATE snapshot SET crc = (SELECT crc FROM snapshot WHERE epoch = 1) WHERE epoch = 2");
        Bench.Tamper("UPDATE snapshot SET data = (SELECT data FROM snapshot WHERE epoch = 1) WHERE epoch = 2");

        Assert.Equal("one", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
    }

    [Fact]
    public async Task DamagedHistory_IsAnError_NotAGap()
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));
        Bench.Tamper("UPDATE history SET crc = crc + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default));
    }

    [Fact]
    public async Task ClosedStore_IsATypedError()
    {
        ITwinStore store = Store;
        Bench.Database.Dispose();

        await Assert.ThrowsAsync<TwinStoreException>(async () => await store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await SaveAsync("a:b", 0, "x"));
    }

    [Fact]
    public async Task BrokenTable_FailsTheCommit_AndTheStoreGoesOn()
    {
        Bench.Tamper("ALTER TABLE snapshot RENAME TO hidden");
        await Assert.ThrowsAsync<TwinStoreException>(async () => await SaveAsync("a:b", 0, "x"));
        Bench.Tamper("ALTER TABLE hidden RENAME TO snapshot");

        await SaveAsync("a:b", 0, "x");
        await Bench.Database.SyncAsync(default);

        Assert.NotNull(await Store.LoadAsync("a:b", default));
    }
}
