using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>
/// A new pump among four that have run for a while, on a real silo: it begins with what they are like, breaks before it could have learned
/// anything, is killed in between, and history run through the same code says what was said.
/// </summary>
public sealed class PeersTests(ITestOutputHelper output)
{
    private const string New = "acme.lyon:pump-5";
    private const string Prior = $"/api/v1/things/{New}/baselines/prior";
    private const int Sisters = 4;
    private const int Learned = 600;
    private const int First = 5;
    private const int Fault = 30;
    private const int Last = 200;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task NewPump_IsJudgedByItsSisters_SurvivesAKill_AndReplayAgrees()
    {
        string plant = Repository.TestPlant("sisters");
        await using SiloProcess silo = await SiloProcess.StartAsync(plant, "--Twins:CheckpointInterval=00:00:01");
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(Plan());
        stream.Allow((Learned * Sisters) + First);
        await SeenAsync(silo, New, Learned + First - 1);
        await SeenAsync(silo, "acme.lyon:pump-4", Learned - 1);

        JsonElement receipt = await PostAsync(silo, Prior, "{}", HttpStatusCode.Accepted);
        Assert.Equal(Sisters, receipt.GetProperty("peers").GetArrayLength());
        JsonElement running = Assert.Single(receipt.GetProperty("priors").EnumerateArray());
        Assert.Equal(("running", Sisters, 3), (
            running.GetProperty("operatingState").GetString(), running.GetProperty("peers").GetInt32(), running.GetProperty("metrics").GetInt32()));

        // What is no prior is rejected, under its code, and what came with it is taken. It comes from the gateway that speaks over MQTT: a
        // source of its own would be waited for.
        await PostAsync(
            silo, $"/api/v1/telemetry?asset={New}",
            $$$"""{"ts":{{{Start.AddSeconds(Learned + First).ToUnixTimeMilliseconds() - 500}}},"source":"mqtt","values":{"$baselines.prior":"nonsense","flow":41}}""",
            HttpStatusCode.Accepted);
        stream.Allow(Fault - First);
        await SeenAsync(silo, New, Learned + Fault - 1);
        await Eventually.HoldsAsync(
            async () => (await silo.FatesAsync()).Rejected == 1, Bound, "the wrong prior is counted as rejected", () => silo.Log);
        JsonElement[] decisions = [.. (await silo.GetAsync($"/api/v1/things/{New}/decisions")).GetProperty("decisions").EnumerateArray()];
        Assert.All(decisions, d => Assert.Equal(("quiet", Sisters), (d.GetProperty("verdict").GetString(), d.GetProperty("priorPeers").GetInt32())));
        Assert.All(decisions, d => Assert.Contains("baseline.prior", d.GetProperty("suppressedBy").ToString(), StringComparison.Ordinal));
        Assert.Empty(await silo.ListAsync($"/api/v1/alerts?asset={New}"));

        await silo.KillAsync();
        await silo.StartAsync();
        stream.Allow(Last - Fault);
        await streaming.WaitAsync(Bound);
        await SeenAsync(silo, New, Learned + Last - 1);
        List<JsonElement> alerts = [];
        await Eventually.HoldsAsync(
            async () => (alerts = await silo.ListAsync($"/api/v1/alerts?asset={New}&kind=raised")).Count >= 2, Bound, "two alerts are stored", () => silo.Log);
        Assert.Equal(["UnusualTogether", "UnusualValue"], alerts.Select(a => Data(a).GetProperty("alertname").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(alerts, a => Assert.Equal(Sisters, Data(a).GetProperty("priorPeers").GetInt32()));
        output.WriteLine(string.Join('\n', alerts.Select(a => Data(a).GetProperty("summary").GetString())));

        await AssertComparedAsync(silo);
        (int code, string text) = await Tool.RunAsync(
            "replay", "--verify", "--json", "--url", silo.Http.BaseAddress!.ToString(), "--plant", plant);
        Assert.True(code == 0, text);
        Assert.Equal(0, await silo.StopAsync());
        (code, text) = await Tool.RunAsync("replay", "--verify", "--json", "--data-dir", silo.DataDirectory, "--plant", plant);
        Assert.True(code == 0, text);
    }

    private static async Task AssertComparedAsync(SiloProcess silo)
    {
        string from = SiloApi.Instant(Start);
        JsonElement report = await silo.GetAsync($"/api/v1/things/{New}/peers?metric=vibration&from={from}");
        Assert.Equal(("", "pump", Sisters), (
            report.GetProperty("reason").GetString(), report.GetProperty("type").GetString(), report.GetProperty("heardPeers").GetInt32()));
        Assert.Equal("flow", report.GetProperty("load").GetProperty("metric").GetString());

        // Under the same load the new one is far out in the one metric that broke; its sisters are not in any.
        foreach (JsonElement entry in report.GetProperty("metrics").EnumerateArray())
        {
            Assert.Equal(("", "mm/s", "running"), (
                entry.GetProperty("reason").GetString(), entry.GetProperty("unit").GetString(), entry.GetProperty("operatingState").GetString()));
            Assert.True(entry.GetProperty("deviation").GetDouble() > 20, entry.ToString());
            Assert.InRange(entry.GetProperty("difference").GetDouble(), 7, 9);
            Assert.Equal(Sisters, entry.GetProperty("peers").GetProperty("count").GetInt32());
        }

        Assert.Equal(3, report.GetProperty("metrics").GetArrayLength());
        JsonElement all = await silo.GetAsync($"/api/v1/things/acme.lyon:pump-2/peers?from={from}");
        Assert.All(
            all.GetProperty("metrics").EnumerateArray().Where(e => e.GetProperty("reason").GetString() == ""),
            e => Assert.InRange(e.GetProperty("deviation").GetDouble(), -3, 3));
        JsonElement lonely = await silo.GetAsync("/api/v1/things/acme.lyon:fan-1/peers");
        Assert.Equal("peers.untyped", lonely.GetProperty("reason").GetString());
    }

    private static JsonElement Data(JsonElement alert) => alert.TryGetProperty("data", out JsonElement data) ? data : alert;

    private static IEnumerable<StreamedMessage> Plan()
    {
        for (int second = 0; second < Learned; second++)
        {
            for (int pump = 1; pump <= Sisters; pump++)
            {
                yield return Message(pump, second, 0);
            }
        }

        for (int second = 0; second < Last; second++)
        {
            yield return Message(5, Learned + second, second >= Fault ? 8 : 0);
        }
    }

    /// <summary>Each pump has its own level, and all follow their load.</summary>
    private static StreamedMessage Message(int pump, int second, double fault)
    {
        double load = 40 + (5 * Math.Sin(second * 0.05)) + Hashed(pump, second, 1);
        return new StreamedMessage($"acme.lyon:pump-{pump}", Start.AddSeconds(second), new Dictionary<string, double>
        {
            ["flow"] = load,
            ["current"] = 10 + (load * 0.1) + (pump * 0.1) + (Hashed(pump, second, 2) * 0.1),
            ["vibration"] = 2 + (load * 0.01) + (pump * 0.05) + (Hashed(pump, second, 3) * 0.1) + fault,
        });
    }

    /// <summary>-0.5 to 0.5, the same each time.</summary>
    private static double Hashed(int pump, int second, int metric)
    {
        uint hash = unchecked(((uint)pump * 2_654_435_761) ^ ((uint)second * 2_246_822_519) ^ ((uint)metric * 3_266_489_917));
        hash = unchecked((hash ^ (hash >> 15)) * 2_246_822_519);
        hash = unchecked((hash ^ (hash >> 13)) * 3_266_489_917);
        return ((hash ^ (hash >> 16)) / (double)uint.MaxValue) - 0.5;
    }

    private static Task SeenAsync(SiloProcess silo, string asset, int second) => Eventually.HoldsAsync(
        async () => await silo.ValueAsync(asset, "flow") is not null
            && (await silo.GetAsync($"/api/v1/digest?asset={asset}")).GetProperty("assets")[0].GetProperty("horizon").GetDateTimeOffset()
                >= Start.AddSeconds(second),
        Bound,
        $"second {second} of {asset} has reached the twin",
        () => silo.Log);

    private static async Task<JsonElement> PostAsync(SiloProcess silo, string path, string body, HttpStatusCode expected)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await silo.Http.PostAsync(path, content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"POST {path}: {(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}
