using System.Globalization;
using System.Text;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Xunit.Abstractions;
using Millwright.Silo.Tests.Storage.Suites;

namespace Millwright.Silo.Tests.Storage;

/// <summary>
/// Flipped bytes and cut ends, anywhere in the store's files: every read gives the truth, or an error, or an earlier checkpoint whose rest
/// the log replays, and then health says so. Never anything else.
/// </summary>
public sealed class StoreDamageTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] Assets = ["acme:0", "acme:1", "acme:2"];
    private static readonly GrainId Grain = GrainId.Create("incident", "i-1");

    private readonly SqliteBench bench = new();
    private readonly ManualTimeProvider time = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task NoFlipAndNoCut_GivesASilentWrongState()
    {
        int cases = int.Parse(Environment.GetEnvironmentVariable("MILLWRIGHT_STORE_FLIPS") ?? "2000", CultureInfo.InvariantCulture);
        int seed = int.Parse(Environment.GetEnvironmentVariable("MILLWRIGHT_STORE_SEED") ?? "11", CultureInfo.InvariantCulture);
        var random = new Random(seed);
        List<Dictionary<string, string>> truths = await FillAsync(random);
        using var running = new StoreCopy(bench.Path);
        bench.Database.Dispose();
        using var stopped = new StoreCopy(bench.Path);
        Assert.True(running.Files["-wal"].Length > 10_000);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);

        for (int i = 0; i < cases; i++)
        {
            StoreCopy copy = i % 2 == 0 ? running : stopped;
            string[] names = [.. copy.Files.Keys];
            string name = names[random.Next(10) == 0 ? random.Next(names.Length) : i / 2 % Math.Min(2, names.Length)];
            (byte[] changed, string what) = Damage(copy.Files[name], random);
            copy.Write(name, changed);

            (string outcome, string? wrong) = await JudgeAsync(copy, truths);

            Assert.True(wrong is null, $"seed {seed}, case {i}: {what} in '{name}' of a {(copy == running ? "running" : "stopped")} store: {wrong}");
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        output.WriteLine($"{cases} cases, 0 silent wrong states: {string.Join(", ", outcomes.Select(o => $"{o.Value} {o.Key}"))}");
        Assert.True(outcomes.Count >= 3);
    }

    [Fact]
    public async Task LostEndOfTheWriteAheadLog_IsRefused_WhenItWasSynced()
    {
        await FillAsync(new Random(1));
        using var copy = new StoreCopy(bench.Path);
        copy.Write("-wal", []);

        Assert.Equal("store.behind", Assert.Throws<StoreException>(copy.Open).Code);
    }

    private static (byte[] Changed, string What) Damage(byte[] bytes, Random random)
    {
        int at = random.Next(bytes.Length);
        if (random.Next(10) == 0)
        {
            return (bytes[..at], $"cut at {at}");
        }

        byte[] changed = [.. bytes];
        changed[at] ^= (byte)random.Next(1, 256);
        return (changed, $"byte {at} was {bytes[at]:x2}, is {changed[at]:x2}");
    }

    /// <summary>Per epoch and thing, what a reader must see. The last epoch was written after the sync: the log still has it.</summary>
    private async Task<List<Dictionary<string, string>>> FillAsync(Random random)
    {
        var fill = new StoreFill(SqliteBench.StoreOf(bench.Database, time), random);
        var alerts = new SqliteAlertStore(bench.Database);
        for (int i = 0; i < 4; i++)
        {
            await alerts.AppendAsync(StoreExamples.Alert(i), default);
        }

        var storage = new SqlGrainStorage(bench.Database);
        await storage.WriteStateAsync("note", Grain, new GrainState<GrainStorageSuite.Note>(new() { Text = "kept" }));
        List<Dictionary<string, string>> truths = [];
        for (int epoch = 1; epoch <= 5; epoch++)
        {
            if (epoch == 5)
            {
                await bench.Database.SyncAsync(default);
            }

            foreach (string asset in Assets)
            {
                await fill.CheckpointAsync(asset, 90, "a", "b");
            }

            truths.Add(await ReadAsync(bench.Database));
        }

        return truths;
    }

    private async Task<(string Outcome, string? Wrong)> JudgeAsync(StoreCopy copy, List<Dictionary<string, string>> truths)
    {
        SqliteDatabase database;
        try
        {
            database = copy.Open();
        }
        catch (StoreException refusal)
        {
            return ($"refused {refusal.Code}", null);
        }

        using (database)
        {
            Dictionary<string, string> seen = await ReadAsync(database);
            string outcome = "the truth";
            foreach ((string thing, string value) in seen)
            {
                if (value.StartsWith("error", StringComparison.Ordinal))
                {
                    outcome = "typed error";
                }
                else if (value == truths[^2].GetValueOrDefault(thing) && value != truths[^1][thing])
                {
                    // After the last sync the telemetry log is not truncated: what is missing is replayed.
                    outcome = "replayed from the log";
                }
                else if (value != truths[^1][thing])
                {
                    return ("", $"{thing} is {value}, not {truths[^1][thing]}");
                }
            }

            return (outcome, null);
        }
    }

    /// <summary>Everything a twin and the API read, in words.</summary>
    private async Task<Dictionary<string, string>> ReadAsync(SqliteDatabase database)
    {
        SqliteTwinStore store = SqliteBench.StoreOf(database, time);
        Dictionary<string, string> seen = [];
        foreach (string asset in Assets)
        {
            seen[asset] = await TryAsync(async () =>
            {
                StoredCheckpoint? stored = await store.LoadAsync(asset, default);
                return stored is null ? "nothing" : Convert.ToHexString(stored.Snapshot.Span);
            });
            foreach (string metric in new[] { "a", "b" })
            {
                seen[$"{asset} {metric}"] = await TryAsync(async () => string.Join(
                    ' ', (await store.GetHistoryAsync(asset, metric, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100_000, default))
                    .Select(p => (p.EventTime.UtcTicks ^ BitConverter.DoubleToInt64Bits(p.Value)).ToString("x", CultureInfo.InvariantCulture))));
            }

            seen[$"{asset} windows"] = await TryAsync(async () =>
            {
                var windows = await store.GetWindowsAsync(new WindowQuery { AssetId = asset, Limit = 1_000 }, default);
                return Encoding.UTF8.GetString(StateJson.Serialize(windows));
            });
        }

        seen["ids"] = await TryAsync(async () => string.Join(' ', await store.GetAssetIdsAsync(null, 100, default)));
        seen["some alerts"] = await TryAsync(async () => string.Join(' ', (await new SqliteAlertStore(database)
            .QueryAsync(new AlertQuery { Kind = AlertKind.Raised, DetectorKind = "robust-z" }, default)).Select(a => a.Alert.Id)));
        seen["alerts"] = await TryAsync(async () => string.Join('\n', (await new SqliteAlertStore(database)
            .QueryAsync(new AlertQuery { Limit = 100 }, default)).Select(a => Encoding.UTF8.GetString(StateJson.Serialize(a)))));
        seen["state"] = await TryAsync(async () =>
        {
            var state = new GrainState<GrainStorageSuite.Note>();
            await new SqlGrainStorage(database).ReadStateAsync("note", Grain, state);
            return $"{state.ETag} {state.RecordExists} {state.State!.Text}";
        });
        return seen;
    }

    private static async Task<string> TryAsync(Func<Task<string>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is StoreException or TwinStoreException or Microsoft.Data.Sqlite.SqliteException)
        {
            return $"error {failure.Message}";
        }
    }
}
