using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteRevisionTests : RevisionSuite
{
    private SqliteBench Bench => (SqliteBench)Stage;

    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());

    [Fact]
    public async Task NoRevision_IsDamaged_Unseen()
    {
        ITwinStore store = Bench.Twins(new HistoryDecoder());
        await SaveAsync(store, 0, Window(0, 1, 10), Window(1, 1, 20));
        Bench.Time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 1, Window(0, 3, 15));
        Bench.Time.Advance(TimeSpan.FromHours(1));
        await SaveAsync(store, 2, Window(0, 4, 16), Window(2, 1, 30));

        Assert.Equal(3L + 2, await Bench.Database.ReadAsync(
            s => (long)s.Scalar("SELECT count(*) FROM window")! + (long)s.Scalar("SELECT count(*) FROM window_past")!, default));
        Bench.Tamper("UPDATE window_past SET count = 99 WHERE revision = 1");
        await Assert.ThrowsAsync<TwinStoreException>(async () => await CountsAsync(store, 0));
        Assert.Contains(
            await Bench.Database.ReadAsync(s => StoreVerifier.Twin(s, "a:b", new VerifyCounts()).ToList(), default),
            d => d.Code == "store.damaged" && d.Table == "window");
    }
}
