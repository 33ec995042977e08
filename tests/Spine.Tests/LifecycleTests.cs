using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>
/// A detector's whole life on a real silo under load: tried on history, run as a shadow, promoted, killed in between, rolled back; and at the
/// end history run through the same code says what was said.
/// </summary>
public sealed class LifecycleTests(ITestOutputHelper output)
{
    private const string Asset = "acme.lyon:press-1";
    private const string Detectors = $"/api/v1/things/{Asset}/detectors";
    private const int Stage = 1_500;
    private const int Stages = 6;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    private static string Definition(string version, double upper) => JsonSerializer.Serialize(new
    {
        kind = "threshold",
        metrics = new[] { "pressure" },
        alert = "PressureRising",
        severity = 600,
        version,
        parameters = new { upper, hysteresis = 5 },
    });

    [Fact]
    public async Task Shadow_IsPromotedUnderLoad_SurvivesKills_IsRolledBack_AndReplayAgrees()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("lyon"), "--Twins:CheckpointInterval=00:00:01");
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(Plan());
        stream.Allow(Stage);
        await SeenAsync(silo, stream, 1);

        // Of the past: pressure stands at 80 once a minute or so, which the limit of 100 lets pass.
        JsonElement tried = await silo.PostAsync(
            $"/api/v1/things/{Asset}/backtest",
            $$"""{"detector":{"id":"pressure-high",{{Definition("2", 70)[1..]}},"from":"{{Start:O}}","to":"{{Start.AddDays(1):O}}"}""");
        Assert.True(tried.GetProperty("gained").GetInt32() > 5, tried.ToString());
        Assert.True(tried.GetProperty("common").GetInt32() > 0, tried.ToString());
        Assert.Equal(0, tried.GetProperty("lost").GetInt32());

        await silo.PostAsync(Detectors + "/pressure-high/shadow", $$"""{"operator":"erin","detector":{{Definition("2", 70)}}}""");
        stream.Allow(Stage);
        await SeenAsync(silo, stream, 2);
        JsonElement shadow = (await DetectorsAsync(silo)).Single(d => d.GetProperty("mode").GetString() == "shadow");
        Assert.True(shadow.GetProperty("shadow").GetProperty("gained").GetInt64() > 5, shadow.ToString());
        Assert.Empty(await AlertsOfAsync(silo, "2"));

        stream.Allow(Stage);
        await silo.PostAsync(Detectors + "/pressure-high/promote", """{"operator":"erin","version":"2"}""");
        await silo.KillAsync();
        await silo.StartAsync();

        // Who got no answer asks again, and nothing happens twice.
        await silo.PostAsync(Detectors + "/pressure-high/promote", """{"operator":"erin","version":"2"}""");
        await SeenAsync(silo, stream, 3);
        stream.Allow(Stage);
        await SeenAsync(silo, stream, 4);
        Assert.Equal([("2", "live"), ("1", "shadow")], Modes(await DetectorsAsync(silo)));
        int promoted = (await AlertsOfAsync(silo, "2")).Count;
        Assert.True(promoted > 5, $"{promoted} alerts of version 2");

        stream.Allow(Stage);
        await silo.PostAsync(Detectors + "/pressure-high/rollback", """{"operator":"erin","version":"1"}""");
        await silo.KillAsync();
        await silo.StartAsync();
        stream.Allow(Stage);
        await streaming.WaitAsync(Bound);
        await SeenAsync(silo, stream, Stages);
        Assert.Equal([("1", "live"), ("2", "shadow")], Modes(await DetectorsAsync(silo)));
        JsonElement listing = await silo.GetAsync(Detectors);
        Assert.Equal(
            ["shadow", "promote", "rollback"], listing.GetProperty("changes").EnumerateArray().Select(c => c.GetProperty("kind").GetString()));

        await AssertVerdictsCountAsync(silo);
        await AssertReplayAgreesAsync(silo);
    }

    private async Task AssertReplayAgreesAsync(SiloProcess silo)
    {
        string plant = Repository.TestPlant("lyon");
        string address = silo.Http.BaseAddress!.ToString();
        (int running, string text) = await Tool.RunAsync("replay", "--verify", "--json", "--url", address, "--plant", plant);
        output.WriteLine(text);
        Assert.True(running == 0, text);
        (int backtest, string report) = await Tool.RunAsync(
            "backtest", "--url", address, "--asset", "acme.lyon:press-*", "--detector", await FileAsync(silo),
            "--from", Start.ToString("O"), "--to", Start.AddDays(1).ToString("O"));
        Assert.True(backtest == 0, report);
        Assert.Contains("gained", report, StringComparison.Ordinal);

        Assert.Equal(0, await silo.StopAsync());
        (int stopped, text) = await Tool.RunAsync(
            "replay", "--verify", "--json", "--data-dir", silo.DataDirectory, "--plant", plant);
        Assert.True(stopped == 0, text);
        string json = Path.Combine(silo.DataDirectory, "backtest.json");
        (backtest, string offline) = await Tool.RunAsync(
            "backtest", "--data", silo.DataDirectory, "--plant", plant, "--asset", Asset, "--detector", await FileAsync(silo),
            "--from", Start.ToString("O"), "--to", Start.AddDays(1).ToString("O"), "--json", json);
        Assert.True(backtest == 0, offline);
        JsonElement written = JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(json));
        Assert.True(written.GetProperty("gained").GetInt32() > 0, written.ToString());
        Assert.Contains(offline.Split('\n')[0], report, StringComparison.Ordinal);
    }

    private static async Task AssertVerdictsCountAsync(SiloProcess silo)
    {
        List<JsonElement> alerts = await AlertsOfAsync(silo, "2");
        string id = alerts[0].GetProperty("id").GetString()!;
        for (int twice = 0; twice < 2; twice++)
        {
            await silo.PostAsync($"/api/v1/alerts/{id}/verdict", """{"operator":"erin","verdict":"nuisance"}""");
        }

        JsonElement version = (await silo.ListAsync("/api/v1/detectors")).Single(d => d.GetProperty("version").GetString() == "2");
        Assert.Equal((long)alerts.Count, version.GetProperty("alerts").GetInt64());
        Assert.Equal(1, version.GetProperty("precision").GetProperty("nuisance").GetInt64());
        Assert.Equal(0, version.GetProperty("precision").GetProperty("value").GetDouble());
    }

    private static async Task<string> FileAsync(SiloProcess silo)
    {
        string path = Path.Combine(silo.DataDirectory, "candidate.yaml");
        await File.WriteAllTextAsync(path, "id: pressure-high\nkind: threshold\nmetrics: [pressure]\nversion: '9'\nparameters: { upper: 60, hysteresis: 5 }\n");
        return path;
    }

    private static IEnumerable<StreamedMessage> Plan()
    {
        for (int i = 0; i < Stage * Stages; i++)
        {
            // Every minute some seconds at 80, now and then at 150.
            double pressure = i % 67 is > 50 and < 60 ? i % 335 > 270 ? 150 : 80 : 40;
            yield return new StreamedMessage(Asset, Start.AddSeconds(i), new Dictionary<string, double>
            {
                ["pressure"] = pressure + (i % 17 / 8.0),
                ["power"] = 12,
            });
        }
    }

    private static Task SeenAsync(SiloProcess silo, AcknowledgedStream stream, int stages) => Eventually.HoldsAsync(
        async () => stream.Messages >= stages * Stage
            && await silo.TwinAsync(Asset) is { } twin
            && (await silo.GetAsync($"/api/v1/digest?asset={Asset}")).GetProperty("assets")[0].GetProperty("horizon").GetDateTimeOffset()
                >= Start.AddSeconds((stages * Stage) - 1),
        Bound,
        $"{stages} stages have reached the twin",
        () => silo.Log);

    private static async Task<List<JsonElement>> DetectorsAsync(SiloProcess silo) =>
        [.. (await silo.GetAsync(Detectors)).GetProperty("detectors").EnumerateArray()];

    private static IEnumerable<(string?, string?)> Modes(List<JsonElement> detectors) => detectors
        .Select(d => (d.GetProperty("version").GetString(), d.GetProperty("mode").GetString())).OrderBy(d => d.Item2);

    private static async Task<List<JsonElement>> AlertsOfAsync(SiloProcess silo, string version) =>
    [
        .. (await silo.ListAsync($"/api/v1/alerts?asset={Asset}&kind=raised&size=200")).Where(
            a => a.GetProperty("data").GetProperty("detector").GetProperty("version").GetString() == version),
    ];
}
