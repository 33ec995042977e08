using Millwright.Silo.Tests.Storage.Suites;
using Xunit.Abstractions;

namespace Millwright.Silo.Tests.Storage.Postgres;

[NeedsPostgres]
public sealed class PostgresTwinStoreTests : TwinStoreSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresAlertStoreTests : AlertStoreSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresVerdictStoreTests : VerdictStoreSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresAnnouncementStoreTests : AnnouncementStoreSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresQuarantineStoreTests : QuarantineStoreSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresGrainStorageTests : GrainStorageSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresRetentionTests : RetentionSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresRevisionTests : RevisionSuite
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}

[NeedsPostgres]
public sealed class PostgresRollupStoreTests(ITestOutputHelper output) : RollupStoreSuite(output)
{
    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();
}
