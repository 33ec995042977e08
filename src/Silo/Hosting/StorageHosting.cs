using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Announcing;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Backup;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Silo.Storage.Verify;

namespace Millwright.Silo.Hosting;

public static class StorageHosting
{
    /// <summary>
    /// The stores, on the database that <c>Storage:Provider</c> names. False when the options have faults: all of them have been written to
    /// the error stream, and the silo must not start.
    /// </summary>
    public static bool AddStorage(this WebApplicationBuilder builder)
    {
        string[] faults = [.. Faults(builder.Configuration)];
        foreach (string fault in faults)
        {
            Console.Error.WriteLine(fault);
        }

        if (faults.Length > 0)
        {
            Console.Error.WriteLine("The store's options have faults; the silo does not start.");
            return false;
        }

        AddSessions(builder);
        if (Provider(builder.Configuration) == StorageOptions.Postgres)
        {
            AddPostgres(builder);
        }
        else
        {
            AddSqlite(builder);
        }

        AddStores(builder);
        return true;
    }

    private static string Provider(ConfigurationManager configuration) =>
        configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Provider)}"]?.ToLowerInvariant() ?? StorageOptions.Sqlite;

    private static IEnumerable<string> Faults(ConfigurationManager configuration)
    {
        string provider = Provider(configuration);
        if (provider == StorageOptions.Sqlite)
        {
            return [];
        }

        if (provider != StorageOptions.Postgres)
        {
            return [$"storage.provider: Storage:Provider is '{provider}'; it is {StorageOptions.Sqlite} or {StorageOptions.Postgres}."];
        }

        try
        {
            return PostgresOptionsCheck.Faults(configuration.GetSection(PostgresOptions.Section).Get<PostgresOptions>() ?? new());
        }
        catch (InvalidOperationException fault)
        {
            // Of the key and the type; the value may be a secret in the wrong place.
            return [$"storage.postgres.range: a value of {PostgresOptions.Section} cannot be read: {Key(fault)}"];
        }
    }

    private static string Key(InvalidOperationException fault) => fault.Message.Split(" at ") is [_, var key] ? key : "unknown key";

    /// <summary>The silo's own file: MQTT sessions, and with the provider <c>sqlite</c> everything else.</summary>
    private static void AddSessions(WebApplicationBuilder builder)
    {
        SiloOptions options = builder.Options();
        IServiceCollection services = builder.Services;
        services.AddOptions<SqliteOptions>().Bind(builder.Configuration.GetSection(SqliteOptions.Section)).PostConfigure(
            sqlite => sqlite.Path =
                builder.Configuration[$"{SqliteOptions.Section}:Path"] ?? Path.Combine(options.DataDirectory, "millwright.db"));
        services.AddSingleton(s => SqliteDatabase.Open(
            s.GetRequiredService<IOptions<SqliteOptions>>().Value, s.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddSingleton<ICheckpointBarrier>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IMqttSessionStore, SqliteSessionStore>();
    }

    private static void AddSqlite(WebApplicationBuilder builder)
    {
        string data = builder.Options().DataDirectory;
        IServiceCollection services = builder.Services;
        services.AddSingleton<StoreDatabase>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton(s => new StoreBound(
            s.GetRequiredService<IOptions<SqliteOptions>>().Value.MaxBytes, $"{SqliteOptions.Section}:{nameof(SqliteOptions.MaxBytes)}"));
        services.AddSingleton(s =>
        {
            SqliteOptions sqlite = s.GetRequiredService<IOptions<SqliteOptions>>().Value;
            return new ScrubPace(
                sqlite.ScrubInterval, sqlite.ScrubPause, () => new FileInfo(sqlite.Path).Length > sqlite.MaxCheckBytes);
        });
        services.AddSingleton<ITwinStore, SqliteTwinStore>();
        services.AddSingleton<IAlertStore, SqliteAlertStore>();
        services.AddSingleton<BackupService>();
        services.AddSingleton<ILogHold>(s => s.GetRequiredService<BackupService>());
        services.AddSingleton(_ =>
        {
            var place = new BackupPlace(Path.GetFullPath(data));
            BackupService.RemoveUnfinished(place);
            return place;
        });
    }

    /// <summary>
    /// What was committed there is durable, so only the silo's own file is synced before the log is truncated. Copies of the server are its
    /// operator's: there is no backup over the API.
    /// </summary>
    private static void AddPostgres(WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<PostgresOptions>().Bind(builder.Configuration.GetSection(PostgresOptions.Section));
        services.AddSingleton(s =>
        {
            RequireNoTwins(s.GetRequiredService<SqliteDatabase>());
            return PostgresDatabase.Open(
                s.GetRequiredService<IOptions<PostgresOptions>>().Value, s.GetRequiredService<ILogger<PostgresDatabase>>());
        });
        services.AddSingleton<StoreDatabase>(s => s.GetRequiredService<PostgresDatabase>());
        services.AddSingleton(s => new StoreBound(
            s.GetRequiredService<IOptions<PostgresOptions>>().Value.MaxBytes,
            $"{PostgresOptions.Section}:{nameof(PostgresOptions.MaxBytes)}"));
        services.AddSingleton(s =>
        {
            PostgresOptions postgres = s.GetRequiredService<IOptions<PostgresOptions>>().Value;
            return new ScrubPace(postgres.ScrubInterval, postgres.ScrubPause, () => false);
        });
        services.AddSingleton<ITwinStore, PostgresTwinStore>();
        services.AddSingleton<IAlertStore, PostgresAlertStore>();
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            "store-local", s => new StoreHealthCheck(s.GetRequiredService<SqliteDatabase>().Health), null, null));
    }

    /// <summary>Twins do not move from one store to the other by themselves; to begin anew must be somebody's decision.</summary>
    private static void RequireNoTwins(SqliteDatabase local)
    {
        ValueTask<object?> any = local.ReadAsync(s => s.Scalar("SELECT id FROM twin LIMIT 1"), CancellationToken.None);
        if (any.AsTask().GetAwaiter().GetResult() is not null)
        {
            throw new StoreException(
                "storage.provider", $"{local.FilePath} holds twins of the provider sqlite, which the provider postgres does not read. " +
                "Start with a new data directory, or go back to sqlite.");
        }
    }

    private static void AddStores(WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddOptions<RetentionOptions>().Bind(builder.Configuration.GetSection(RetentionOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<StoreDatabase>().Health);
        services.AddSingleton<IRollupStore, SqlRollupStore>();
        services.AddHostedService<StoreKeeper>();
        services.AddHostedService<StoreScrubber>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
        services.AddSingleton<IHistoryDecoder, HistoryDecoder>();
        services.AddSingleton<IVerdictStore, SqlVerdictStore>();
        services.AddSingleton<IAnnouncementStore, SqlAnnouncementStore>();
        services.AddOptions<QuarantineOptions>().Bind(builder.Configuration.GetSection(QuarantineOptions.Section))
            .Validate(o => o.MaxRows is >= 1 and <= 10_000_000 && o.MaxAge > TimeSpan.Zero && o.MaxAge <= TimeSpan.FromDays(36_500),
                "Storage:Quarantine: MaxRows is 1 to 10,000,000, and MaxAge above zero and at most 36,500 days.").ValidateOnStart();
        services.AddSingleton<QuarantineInstruments>();
        services.AddSingleton<IQuarantineStore, SqlQuarantineStore>();
        services.AddSingleton<SqlGrainStorage>();
        services.AddSingleton<IGrainStateQuery>(s => s.GetRequiredService<SqlGrainStorage>());
    }
}
