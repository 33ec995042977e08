using System.Collections.Immutable;
using Millwright.Grains.Alerts;
using Millwright.Silo.Storage;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteVerdictStoreTests : VerdictStoreSuite
{
    private SqliteBench Bench => (SqliteBench)Stage;

    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());

    [Fact]
    public async Task Tallies_OfAStoreFromBefore_AreCountedWhenItIsOpened()
    {
        await FillAsync(Stage.Alerts);
        ImmutableArray<DetectorTally> counted = await Stage.Verdicts.GetTalliesAsync(new TallyQuery(), default);
        Bench.Database.Dispose();
        Bench.Tamper($"DROP TABLE verdict; DROP TABLE detector_tally; PRAGMA user_version = {SqliteSchema.Version - 1}");
        Bench.Reopen();

        Assert.Equal(
            counted.AsEnumerable(), (await Stage.Verdicts.GetTalliesAsync(new TallyQuery(), default)).AsEnumerable());
    }
}
