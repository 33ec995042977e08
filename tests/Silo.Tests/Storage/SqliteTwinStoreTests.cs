using System.Text;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteTwinStoreTests : TwinStoreSuite, IDisposable
{
    private readonly SqliteBench bench = new();

    protected override ITwinStore Store => bench.Twins;

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Reopen_FindsEverything()
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));

        bench.Reopen();

        Assert.Equal("one", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
        Assert.Equal(2, (await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default)).Length);
    }

    [Fact]
    public async Task DamagedSnapshot_IsSetAside_AndTheOneBeforeIsUsed_UnderTheSameEpoch()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        bench.Tamper("UPDATE snapshot SET data = CAST('twO' AS BLOB) WHERE epoch = 2");

        for (int i = 0; i < 2; i++)
        {
            StoredCheckpoint? stored = await Store.LoadAsync("a:b", default);
            Assert.Equal((2L, "one"), (stored!.Epoch, Encoding.UTF8.GetString(stored.Snapshot.Span)));
        }

        await Assert.ThrowsAsync<TwinFencedException>(async () => await SaveAsync("a:b", 1, "late"));
        await SaveAsync("a:b", 2, "three");
        Assert.Equal("three", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
        Assert.Equal(1L, await bench.Database.ReadAsync(s => s.Scalar("SELECT count(*) FROM damaged WHERE epoch = 2"), default));
    }

    [Fact]
    public async Task AllSnapshotsDamaged_IsAnError_NotAFreshTwin()
    {
        await SaveAsync("a:b", 0, "one");
        bench.Tamper("UPDATE snapshot SET crc = crc + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.LoadAsync("a:b", default));
    }

    [Fact]
    public async Task OlderSnapshotInTheNewersPlace_IsDamage()
    {
        await SaveAsync("a:b", 0, "one");
        await SaveAsync("a:b", 1, "two");
        bench.Tamper("UPDATE snapshot SET epoch = 4, crc = (SELECT crc FROM snapshot WHERE epoch = 1) WHERE epoch = 2");
        bench.Tamper("UPDATE snapshot SET data = (SELECT data FROM snapshot WHERE epoch = 1) WHERE epoch = 4");

        Assert.Equal("one", Encoding.UTF8.GetString((await Store.LoadAsync("a:b", default))!.Snapshot.Span));
    }

    [Fact]
    public async Task DamagedHistory_IsAnError_NotAGap()
    {
        await SaveAsync("a:b", 0, "one", Block("m", 1, 2));
        bench.Tamper("UPDATE history SET crc = crc + 1");

        await Assert.ThrowsAsync<TwinStoreException>(async () => await Store.GetHistoryAsync("a:b", "m", Start, Start.AddDays(1), 10, default));
    }

    [Fact]
    public async Task ClosedStore_IsATypedError()
    {
        ITwinStore store = Store;
        bench.Database.Dispose();

        await Assert.ThrowsAsync<TwinStoreException>(async () => await store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(async () => await SaveAsync("a:b", 0, "x"));
    }

    [Fact]
    public async Task BrokenTable_FailsTheCommit_AndTheStoreGoesOn()
    {
        bench.Tamper("ALTER TABLE snapshot RENAME TO hidden");
        await Assert.ThrowsAsync<TwinStoreException>(async () => await SaveAsync("a:b", 0, "x"));
        bench.Tamper("ALTER TABLE hidden RENAME TO snapshot");

        await SaveAsync("a:b", 0, "x");
        await bench.Database.SyncAsync(default);

        Assert.NotNull(await Store.LoadAsync("a:b", default));
    }
}
