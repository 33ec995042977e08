using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Announcing;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Storage.Suites;
using Orleans.Storage;

namespace Millwright.Silo.Tests.Storage;

/// <summary>A database in a directory of its own.</summary>
internal sealed class SqliteBench : StoreStage, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("millwright-store-").FullName;

    public SqliteBench() => Database = Open();

    public string Path => System.IO.Path.Combine(directory, "sub", "millwright.db");

    public SqliteDatabase Database { get; private set; }

    public override IAlertStore Alerts => new SqliteAlertStore(Database);

    public override IVerdictStore Verdicts => new SqlVerdictStore(Database);

    public override IAnnouncementStore Announcements => new SqlAnnouncementStore(Database);

    public override IGrainStorage Grains => new SqlGrainStorage(Database);

    public override IGrainStateQuery States => new SqlGrainStorage(Database);

    public override IRollupStore Rollups => new SqlRollupStore(Database);

    public override ICheckpointBarrier Barrier => Database;

    public override ITwinStore Twins(IHistoryDecoder decoder) =>
        new SqliteTwinStore(Database, decoder, Time, NullLogger<SqliteTwinStore>.Instance);

    public override IQuarantineStore Quarantine(QuarantineOptions options) =>
        new SqlQuarantineStore(Database, Options.Create(options), NewQuarantineInstruments(), Time);

    public StoreFill Fill(int seed) => StoreFill.Of(this, seed);

    public static SqliteTwinStore StoreOf(SqliteDatabase database, TimeProvider time) =>
        new(database, new HistoryDecoder(), time, NullLogger<SqliteTwinStore>.Instance);

    public SqliteDatabase Open() => SqliteDatabase.Open(new SqliteOptions { Path = Path }, NullLogger<SqliteDatabase>.Instance);

    public void Reopen()
    {
        Database.Dispose();
        Database = Open();
    }

    public static StoreBound Bound(long maxBytes = long.MaxValue) => new(maxBytes, "Storage:Sqlite:MaxBytes");

    public override ValueTask ReopenAsync()
    {
        Reopen();
        return ValueTask.CompletedTask;
    }

    public override Task<long> KeepAsync(RetentionOptions options) => new StoreKeeper(
        Database, Twins(new HistoryDecoder()), Options.Create(options), Bound(), Time,
        NullLogger<StoreKeeper>.Instance).KeepAsync(default);

    public override Task<IReadOnlyList<StoreDamage>> VerifyAsync() => Task.FromResult(StoreInspection.Run(Path).Found);

    /// <summary>Does something to the file behind the store's back.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    public override ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
