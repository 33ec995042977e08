using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Announcing;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Silo.Storage.Verify;
using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Testing.Postgres;
using Npgsql;
using Orleans.Storage;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>A schema of its own on a real server.</summary>
internal sealed class PostgresBench : StoreStage
{
    private static int made;

    private readonly List<IDisposable> stores = [];

    private PostgresBench(PostgresServer server)
    {
        Options = new PostgresOptions
        {
            ConnectionString = server.ConnectionString,
            Schema = $"t{Interlocked.Increment(ref made).ToString(CultureInfo.InvariantCulture)}",
        };
        Database = Open();
    }

    public PostgresOptions Options { get; }

    public PostgresDatabase Database { get; private set; }

    public override IAlertStore Alerts => Keep(new PostgresAlertStore(Database));

    public override IVerdictStore Verdicts => new SqlVerdictStore(Database);

    public override IAnnouncementStore Announcements => new SqlAnnouncementStore(Database);

    public override IGrainStorage Grains => new SqlGrainStorage(Database);

    public override IGrainStateQuery States => new SqlGrainStorage(Database);

    public override IRollupStore Rollups => new SqlRollupStore(Database);

    public override ICheckpointBarrier Barrier => Database;

    public static async ValueTask<PostgresBench> NewAsync() => new(await PostgresServer.Shared);

    public static PostgresBench On(PostgresServer server) => new(server);

    public PostgresDatabase Open() => PostgresDatabase.Open(Options, NullLogger<PostgresDatabase>.Instance);

    public override ITwinStore Twins(IHistoryDecoder decoder) => TwinsOf(Database, decoder);

    /// <summary>Of a silo of its own, if the database is.</summary>
    public ITwinStore TwinsOf(PostgresDatabase database, IHistoryDecoder decoder) =>
        Keep(new PostgresTwinStore(database, decoder, Time, NullLogger<PostgresTwinStore>.Instance));

    public override IQuarantineStore Quarantine(QuarantineOptions options) =>
        new SqlQuarantineStore(Database, Microsoft.Extensions.Options.Options.Create(options), NewQuarantineInstruments(), Time);

    public override ValueTask ReopenAsync()
    {
        Close();
        Database = Open();
        return ValueTask.CompletedTask;
    }

    public override Task<long> KeepAsync(RetentionOptions options) => new StoreKeeper(
        Database, Twins(new HistoryDecoder()), Microsoft.Extensions.Options.Options.Create(options), new StoreBound(long.MaxValue, "x"), Time,
        NullLogger<StoreKeeper>.Instance).KeepAsync(default);

    public override Task<IReadOnlyList<StoreDamage>> VerifyAsync() => Task.FromResult(PostgresInspection.Run(Options).Found);

    /// <summary>Does something to the tables behind the store's back.</summary>
    public int Tamper(string sql)
    {
        using var connection = new NpgsqlConnection(Options.ConnectionString + $";Search Path={Options.Schema};Pooling=false");
        connection.Open();
#pragma warning disable CA2100 // The test's own text.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteNonQuery();
    }

    public object? Ask(string sql)
    {
        using var connection = new NpgsqlConnection(Options.ConnectionString + $";Search Path={Options.Schema};Pooling=false");
        connection.Open();
#pragma warning disable CA2100 // The test's own text.
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    public override ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    public T Keep<T>(T store)
        where T : IDisposable
    {
        stores.Add(store);
        return store;
    }

    private void Close()
    {
        stores.ForEach(store => store.Dispose());
        stores.Clear();
        Database.Dispose();
    }
}
