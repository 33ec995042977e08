using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests.Faults;

/// <summary>The disk keeps what was synced and, of the rest, what it likes. <c>POWER_CUTS</c> says how often; <c>SEED</c> which way.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int FaultsPerLife = 2;

    private static readonly int MessagesPerLife = FaultsPerLife * FaultPlan.FaultEvery * FaultPlan.AssetCount;
    private static readonly string[] Options = ["--Twins:CheckpointInterval=00:00:00.5", "--Ingest:Log:SegmentBytes=1048576",
        "--Ingest:Log:MaxPendingBytes=524288", "--Ingest:Log:MaxRecordBytes=262144", "--Ingest:Feed:TruncateInterval=00:00:01"];

    [Fact]
    public async Task PowerCutInMidStream_LosesNothingAcknowledged_AndRaisesNothingTwice()
    {
        int cuts = FaultPlan.Runs("POWER_CUTS", 3);
        int seed = FaultPlan.Runs("SEED", 20260105);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var disk = new FaultDisk(isJournalled: true);
        await using SiloProcess silo = await SiloProcess.StartOnAsync(disk, Repository.TestPlant("lyon"), Options);
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(FaultPlan.Messages(FaultsPerLife * (cuts + 1)));
        for (int cut = 1; cut <= cuts; cut++)
        {
            stream.Allow(MessagesPerLife);
            int until = ((cut - 1) * MessagesPerLife) + random.Next(MessagesPerLife);
            await Eventually.HoldsAsync(
                () => Task.FromResult(stream.Messages >= until), FaultPlan.Bound, $"{until} messages are acknowledged", () => silo.Log);
            await silo.KillAsync();
            PowerCut done = disk.CutPower(random);
            await silo.StartAsync();
            output.WriteLine($"cut {cut} at {stream.Messages} messages: {done}, ready after {silo.StartTook.TotalSeconds:F1} s");
        }

        stream.Allow(MessagesPerLife);
        await streaming.WaitAsync(FaultPlan.Bound);
        await FaultPlan.AssertNothingLostNothingTwiceAsync(silo, stream, FaultsPerLife * (cuts + 1));
    }

    /// <summary>The test of the test: what is acknowledged before it is synced is lost, and that shows.</summary>
    [Fact]
    public async Task PowerCut_LosesAcknowledged_WhenTheLogDoesNotSync()
    {
        using var disk = new FaultDisk(isJournalled: true);
        await using SiloProcess silo = await SiloProcess.StartOnAsync(
            disk, Repository.TestPlant("lyon"), [.. Options, "--Ingest:Log:Durability=Os"]);
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(FaultPlan.Messages(FaultsPerLife));
        stream.Allow(MessagesPerLife);
        await streaming.WaitAsync(FaultPlan.Bound);
        await silo.KillAsync();

        // A cut that keeps nothing unsynced.
        PowerCut cut = disk.CutPower(new NothingKept());
        await silo.StartAsync();
        List<(string Metric, DateTimeOffset At)> missing = await FaultPlan.MissingAsync(silo, stream);

        output.WriteLine($"{cut}: {missing.Count} of {stream.Acknowledged.Count} acknowledged samples are lost");
        Assert.NotEmpty(missing);
    }

    /// <summary>Whoever was told that a version is live finds it live, though the disk keeps only what was synced.</summary>
    [Fact]
    public async Task PromotedDetector_IsStillLive_AfterAPowerCut()
    {
        const string asset = "acme.lyon:press-1";
        const string version = """{"kind":"threshold","metrics":["pressure"],"alert":"Rising","version":"2","parameters":{"upper":900}}""";
        using var disk = new FaultDisk(isJournalled: true);
        await using SiloProcess silo = await SiloProcess.StartOnAsync(
            disk, Repository.TestPlant("lyon"), "--Ingest:Feed:TruncateInterval=01:00:00");
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(FaultPlan.Messages(1).Take(60));
        stream.Allow(60);
        await streaming.WaitAsync(FaultPlan.Bound);
        await Eventually.HoldsAsync(
            async () => await silo.TwinAsync(asset) is not null, FaultPlan.Bound, "the asset is known", () => silo.Log);

        string path = $"/api/v1/things/{asset}/detectors/pressure-high";
        await silo.PostAsync($"{path}/shadow", $$"""{"operator":"erin","detector":{{version}}}""");
        await silo.PostAsync($"{path}/promote", """{"operator":"erin","version":"2"}""");
        await silo.KillAsync();
        output.WriteLine(disk.CutPower(new NothingKept()).ToString());
        await silo.StartAsync();

        JsonElement detectors = (await silo.GetAsync($"/api/v1/things/{asset}/detectors")).GetProperty("detectors");
        JsonElement promoted = detectors.EnumerateArray().Single(
            d => d.GetProperty("id").GetString() == "pressure-high" && d.GetProperty("version").GetString() == "2");
        Assert.Equal("live", (promoted.TryGetProperty("next", out JsonElement next) ? next : promoted.GetProperty("mode")).GetString());
    }

    private sealed class NothingKept : Random
    {
        public override int Next(int maxValue) => 0;
    }
}
