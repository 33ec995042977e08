using Millwright.Ingest.Quarantine;
using Millwright.Silo.Storage;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteAlertStoreTests : AlertStoreSuite
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());
}

public sealed class SqliteAnnouncementStoreTests : AnnouncementStoreSuite
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());
}

public sealed class SqliteGrainStorageTests : GrainStorageSuite
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());
}

public sealed class SqliteRetentionTests : RetentionSuite
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());
}

public sealed class SqliteRollupStoreTests(Xunit.Abstractions.ITestOutputHelper output) : RollupStoreSuite(output)
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());
}

public sealed class SqliteQuarantineStoreTests : QuarantineStoreSuite
{
    private protected override ValueTask<StoreStage> NewStageAsync() => new(new SqliteBench());

    [Theory]
    [InlineData("topic = 'u'")]
    [InlineData("position = 9")]
    [InlineData("payload = x'0103'")]
    [InlineData("detail = ''")]
    public async Task Quarantine_ShowsThatARowWasChanged(string change)
    {
        IQuarantineStore store = Stage.Quarantine(new QuarantineOptions());
        await store.AppendAsync([Message(1, "x"), Message(2, "x")], default);
        await ((SqliteBench)Stage).Database.WriteAsync(statements => statements.Execute($"UPDATE quarantined SET {change} WHERE position = 1"), default);

        Assert.Equal([false, true], (await store.QueryAsync(null, null, 10, default)).Select(m => m.IsDamaged));
    }
}
