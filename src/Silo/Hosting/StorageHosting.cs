using Microsoft.Extensions.Options;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Announcing;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Backup;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Silo.Storage.Verify;

namespace Millwright.Silo.Hosting;

public static class StorageHosting
{
    /// <summary>One SQLite file holds checkpoints, history, alerts, quarantine, MQTT sessions and grain state.</summary>
    public static void AddStorage(this WebApplicationBuilder builder)
    {
        SiloOptions options = builder.Options();
        IServiceCollection services = builder.Services;
        services.AddOptions<SqliteOptions>().Bind(builder.Configuration.GetSection(SqliteOptions.Section)).PostConfigure(
            sqlite => sqlite.Path =
                builder.Configuration[$"{SqliteOptions.Section}:Path"] ?? Path.Combine(options.DataDirectory, "millwright.db"));
        services.AddSingleton(s => SqliteDatabase.Open(
            s.GetRequiredService<IOptions<SqliteOptions>>().Value, s.GetRequiredService<ILogger<SqliteDatabase>>()));
        services.AddOptions<RetentionOptions>().Bind(builder.Configuration.GetSection(RetentionOptions.Section))
            .ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<StoreDatabase>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton(s => new StoreBound(
            s.GetRequiredService<IOptions<SqliteOptions>>().Value.MaxBytes, $"{SqliteOptions.Section}:{nameof(SqliteOptions.MaxBytes)}"));
        services.AddSingleton(s =>
        {
            SqliteOptions sqlite = s.GetRequiredService<IOptions<SqliteOptions>>().Value;
            return new ScrubPace(
                sqlite.ScrubInterval, sqlite.ScrubPause, () => new FileInfo(sqlite.Path).Length > sqlite.MaxCheckBytes);
        });
        services.AddSingleton(s => s.GetRequiredService<StoreDatabase>().Health);
        services.AddSingleton<IRollupStore, SqlRollupStore>();
        services.AddHostedService<StoreKeeper>();
        services.AddHostedService<StoreScrubber>();
        services.AddHealthChecks().AddCheck<StoreHealthCheck>("store");
        services.AddSingleton<BackupService>();
        services.AddSingleton<ILogHold>(s => s.GetRequiredService<BackupService>());
        services.AddSingleton(_ =>
        {
            var place = new BackupPlace(Path.GetFullPath(options.DataDirectory));
            BackupService.RemoveUnfinished(place);
            return place;
        });
        services.AddSingleton<ICheckpointBarrier>(s => s.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IHistoryDecoder, HistoryDecoder>();
        services.AddSingleton<ITwinStore, SqliteTwinStore>();
        services.AddSingleton<IAlertStore, SqliteAlertStore>();
        services.AddSingleton<IVerdictStore, SqlVerdictStore>();
        services.AddSingleton<IAnnouncementStore, SqlAnnouncementStore>();
        services.AddOptions<QuarantineOptions>().Bind(builder.Configuration.GetSection(QuarantineOptions.Section))
            .Validate(o => o.MaxRows is >= 1 and <= 10_000_000 && o.MaxAge > TimeSpan.Zero && o.MaxAge <= TimeSpan.FromDays(36_500),
                "Storage:Quarantine: MaxRows is 1 to 10,000,000, and MaxAge above zero and at most 36,500 days.").ValidateOnStart();
        services.AddSingleton<QuarantineInstruments>();
        services.AddSingleton<IQuarantineStore, SqlQuarantineStore>();
        services.AddSingleton<IMqttSessionStore, SqliteSessionStore>();
        services.AddSingleton<SqlGrainStorage>();
        services.AddSingleton<IGrainStateQuery>(s => s.GetRequiredService<SqlGrainStorage>());
    }
}
