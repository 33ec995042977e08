using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Bench.Stores;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Testing.Postgres;
using Millwright.Twins;

// Usage: dotnet run -c Release --project bench/Stores -- [--seconds N] [--writers N] [--json FILE]
TimeSpan length = TimeSpan.FromSeconds(double.Parse(Option("--seconds") ?? "10", CultureInfo.InvariantCulture));
int writers = int.Parse(Option("--writers") ?? "64", CultureInfo.InvariantCulture);
string folder = Directory.CreateTempSubdirectory("millwright-bench-").FullName;
Dictionary<string, List<StoreMeasurement>> all = [];
try
{
    foreach (bool isSynced in new[] { false, true })
    {
        string path = Path.Combine(folder, $"{isSynced}.db");
        using var sqlite = SqliteDatabase.Open(
            new SqliteOptions { Path = path, SyncEachCommit = isSynced }, NullLogger<SqliteDatabase>.Instance);
        await MeasureAsync(
            isSynced ? "SQLite, each commit synced" : "SQLite, synced before the log is truncated",
            new SqliteTwinStore(sqlite, new NoDecoder(), TimeProvider.System, NullLogger<SqliteTwinStore>.Instance),
            new SqliteAlertStore(sqlite));
    }

    if (PostgresServer.Missing is { } missing)
    {
        Console.WriteLine($"skipped: {missing}");
    }
    else
    {
        await using PostgresServer server = await PostgresServer.StartNewAsync();
        using var database = PostgresDatabase.Open(
            new PostgresOptions { ConnectionString = server.ConnectionString }, NullLogger<PostgresDatabase>.Instance);
        using var twins = new PostgresTwinStore(database, new NoDecoder(), TimeProvider.System, NullLogger<PostgresTwinStore>.Instance);
        using var alerts = new PostgresAlertStore(database);
        await MeasureAsync("PostgreSQL on this machine", twins, alerts);
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

if (Option("--json") is { } file)
{
    var report = new { cores = Environment.ProcessorCount, dotnet = Environment.Version.ToString(), stores = all };
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
}

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

async Task MeasureAsync(string name, ITwinStore twins, IAlertStore alerts)
{
    var workload = new StoreWorkload(twins, alerts, length);
    all[name] = [await workload.SavesAsync(writers), await workload.LargeSavesAsync(), await workload.AlertsAsync(writers)];
    Console.WriteLine(name);
    foreach (StoreMeasurement m in all[name])
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {m.Name,-36} {m.PerSecond,10:N0} /s {m.MedianMilliseconds,10:F2} ms median {m.P99Milliseconds,10:F2} ms p99"));
    }
}

/// <summary>Nothing is read back here.</summary>
internal sealed class NoDecoder : IHistoryDecoder
{
    public void Decode(HistoryBlock block, List<HistoryPoint> into)
    {
    }
}
