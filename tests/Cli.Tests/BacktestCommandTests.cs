using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Core.Digests;
using Millwright.Core.History;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Storage;
using Millwright.Telemetry;
using Millwright.Testing.Time;
using Millwright.Twins;
using OwnDetector;

namespace Millwright.Cli.Tests;

/// <summary>A backtest on the data directory of a silo that is stopped.</summary>
public sealed class BacktestCommandTests : IDisposable
{
    private const string Asset = "acme:pump-1";
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider time = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly string folder = Directory.CreateTempSubdirectory("millwright-cli-").FullName;

    private string Report => Path.Combine(folder, "report.json");

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task DetectorOfOnesOwn_IsTried_WhenItsFolderIsNamed()
    {
        await FillAsync();

        Assert.Equal(ExitCode.Success, await RunAsync("id: starved\nkind: no-flow-after-start\n", "--detectors", Detectors()));

        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(Report));
        Assert.Equal(1, report.RootElement.GetProperty("gained").GetInt32());
        JsonElement alert = report.RootElement.GetProperty("assets")[0].GetProperty("wouldRaise")[0];
        Assert.Equal(Start.AddSeconds(13), alert.GetProperty("begin").GetDateTimeOffset());
        Assert.Equal(Start.AddSeconds(20), alert.GetProperty("end").GetDateTimeOffset());
    }

    [Fact]
    public async Task DetectorOfOnesOwn_IsAFault_WhenNoFolderIsNamed()
    {
        await FillAsync();

        Assert.Equal(ExitCode.Usage, await RunAsync("id: starved\nkind: no-flow-after-start\n"));

        Assert.Contains("kind 'no-flow-after-start' is unknown", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ParameterOfOnesOwn_IsCheckedLikeAnyOther()
    {
        await FillAsync();

        Assert.Equal(ExitCode.Usage, await RunAsync(
            "id: starved\nkind: no-flow-after-start\nparameters: { within: 5000 }\n", "--detectors", Detectors()));

        Assert.Contains("'within' is 5000", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FolderOfDetectors_IsRefused_WhenItIsNotThereOrHoldsNoAssembly()
    {
        await FillAsync();
        string broken = Directory.CreateDirectory(Path.Combine(folder, "broken")).FullName;
        await File.WriteAllTextAsync(Path.Combine(broken, "Broken.dll"), "not an assembly");

        foreach (string name in new[] { "nowhere", "broken" })
        {
            Assert.Equal(ExitCode.Usage, await RunAsync("id: s\nkind: stuck\n", "--detectors", Path.Combine(folder, name)));
            Assert.Contains($"{name} cannot be loaded", error.ToString(), StringComparison.Ordinal);
        }
    }

    private static HistoryPoint At(int second, double value) =>
        new() { EventTime = Start.AddSeconds(second), Value = value, Quality = SampleQuality.Good };

    private string Detectors()
    {
        string detectors = Directory.CreateDirectory(Path.Combine(folder, "detectors")).FullName;
        File.Copy(typeof(NoFlowAfterStart).Assembly.Location, Path.Combine(detectors, "OwnDetector.dll"));
        return detectors;
    }

    /// <summary>A pump that draws power from second 3 on and delivers from second 20 on, as its twin would have stored it.</summary>
    private async Task FillAsync()
    {
        string plant = Directory.CreateDirectory(Path.Combine(folder, "plant")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(plant, "plant.yaml"),
            "site: { namespace: acme }\nassets: { pump-1: { metrics: { flow: { unit: L/min }, power: { unit: kW } } } }\n");
        TwinMetric[] metrics = [new("flow", false), new("power", false)];
        var run = new TwinRun(new TwinCatalogue(new PlantLoader().Load(plant).Model!), Asset, metrics, new TwinDigest(Asset));
        for (int second = 0; second <= 30; second++)
        {
            run.Observe(metrics[0], At(second, second < 20 ? 0 : 12));
            run.Observe(metrics[1], At(second, second < 3 ? 0 : 5));
        }

        var envelope = new TwinEnvelope
        {
            Metrics = metrics, Revision = 1, Positions = [], Outbox = [], Core = run.Save(), Chain = ChainHead.Start,
        };
        using SqliteDatabase database = SqliteDatabase.Open(
            new SqliteOptions { Path = Path.Combine(folder, "data", "millwright.db") }, NullLogger<SqliteDatabase>.Instance);
        var store = new SqliteTwinStore(database, new HistoryDecoder(), time, NullLogger<SqliteTwinStore>.Instance);
        await store.SaveAsync(
            new TwinCheckpoint { AssetId = Asset, ExpectedEpoch = 0, Snapshot = envelope.ToBytes(), Blocks = [], Windows = [] }, default);
    }

    private async Task<int> RunAsync(string detector, params string[] more)
    {
        string file = Path.Combine(folder, "detector.yaml");
        await File.WriteAllTextAsync(file, detector);
        string[] args =
        [
            "backtest", "--data", Path.Combine(folder, "data"), "--plant", Path.Combine(folder, "plant"), "--asset", Asset,
            "--detector", file, "--to", "2026-02-01T00:00:00Z", "--json", Report, .. more,
        ];
        return await MillwrightTool.RunAsync(args, new ToolContext(output, error, time), CancellationToken.None);
    }
}
