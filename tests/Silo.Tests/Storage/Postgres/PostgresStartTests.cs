using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>What must hold before a silo uses a server.</summary>
[NeedsPostgres]
public sealed class PostgresStartTests : StoreSuite
{
    private PostgresBench Bench => (PostgresBench)Stage;

    private protected override async ValueTask<StoreStage> NewStageAsync() => await PostgresBench.NewAsync();

    [SuiteFact]
    public async Task ThreeSilosAtOnce_MakeOneSchema()
    {
        for (int round = 0; round < 5; round++)
        {
            Bench.Tamper($"DROP SCHEMA {Bench.Options.Schema} CASCADE");
            PostgresDatabase[] silos = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(Bench.Open)));
            try
            {
                Assert.Equal((long)PostgresSchema.Version, Bench.Ask("SELECT max(version) FROM millwright_schema"));
                Assert.Equal(1L, Bench.Ask("SELECT count(*) FROM millwright_schema"));
                Assert.Equal(3, silos.Select(silo => silo.NextToken()).Distinct().Count());
            }
            finally
            {
                Array.ForEach(silos, silo => silo.Dispose());
            }
        }
    }

    [SuiteFact]
    public void NewerSchema_IsRefused()
    {
        Bench.Tamper("UPDATE millwright_schema SET version = 999");

        Assert.Equal("store.newer", Assert.Throws<StoreException>(() => Bench.Open()).Code);
        Assert.Equal("store.newer", Assert.Throws<StoreException>(() => PostgresInspection.Run(Bench.Options)).Code);
    }

    [SuiteFact]
    public void ForeignSchema_IsRefused_AndUntouched()
    {
        Bench.Tamper($"DROP SCHEMA {Bench.Options.Schema} CASCADE; CREATE SCHEMA {Bench.Options.Schema}");
        Bench.Tamper("CREATE TABLE theirs (x int)");

        Assert.Equal("store.foreign", Assert.Throws<StoreException>(() => Bench.Open()).Code);
        Assert.Equal(1L, Bench.Ask($"SELECT count(*) FROM pg_tables WHERE schemaname = '{Bench.Options.Schema}'"));
    }

    [SuiteFact]
    public void Commits_AreSynced_WhateverTheRoleSays()
    {
        Bench.Tamper("ALTER ROLE millwright IN DATABASE postgres SET synchronous_commit = off");
        try
        {
            using PostgresDatabase silo = Bench.Open();
            Assert.Equal("on", silo.ReadAsync(s => s.Scalar("SHOW synchronous_commit"), default).AsTask().GetAwaiter().GetResult());
        }
        finally
        {
            Bench.Tamper("ALTER ROLE millwright IN DATABASE postgres RESET synchronous_commit");
        }
    }

    [SuiteFact]
    public async Task RetentionAndScrubbing_AreDoneByOneSiloAtATime()
    {
        using PostgresDatabase other = Bench.Open();
        bool isDoneTwice = true;

        Assert.True(await Bench.Database.TryAloneAsync(
            "retention", async () => isDoneTwice = await other.TryAloneAsync("retention", () => Task.CompletedTask, default), default));

        Assert.False(isDoneTwice);
        Assert.True(await other.TryAloneAsync("retention", () => Task.CompletedTask, default));
    }

    [SuiteFact]
    public async Task ClosedStore_IsATypedError()
    {
        ITwinStore store = Stage.Twins(new PlainDecoder());
        IAlertStore alerts = Stage.Alerts;
        Bench.Database.Dispose();

        await Assert.ThrowsAsync<TwinStoreException>(async () => await store.LoadAsync("a:b", default));
        await Assert.ThrowsAsync<TwinStoreException>(
            async () => await store.SaveAsync(new TwinCheckpoint { AssetId = "a:b", ExpectedEpoch = 0, Snapshot = new byte[1] }, default));
        await Assert.ThrowsAsync<StoreException>(async () => await alerts.AppendAsync(StoreExamples.Alert(1), default));
        Assert.Null(Bench.Database.Health.Unsynced);
    }

    [SuiteFact]
    public void ServerThatIsNotThere_IsUnavailable_AndNamesNoPassword()
    {
        var options = new PostgresOptions
        {
            ConnectionString = "Host=127.0.0.1;Port=1;Username=millwright;Password=s3cret-w0rd", StartWait = TimeSpan.Zero,
        };

        StoreException away = Assert.Throws<StoreException>(
            () => PostgresDatabase.Open(options, NullLogger<PostgresDatabase>.Instance));

        Assert.Equal("store.unavailable", away.Code);
        Assert.DoesNotContain("s3cret", away.ToString(), StringComparison.Ordinal);
    }
}
