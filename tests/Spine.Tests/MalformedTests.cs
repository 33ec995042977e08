using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Ingest.Tests.Mqtt;
using Millwright.Ingest.Tests.Payloads;
using Millwright.Silo.Tests.Api;
using Millwright.Simulation.Publishing;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>One silo is told hundreds of things that make no sense: each gets its typed answer, it stays up, the books balance.</summary>
public sealed class MalformedTests(ITestOutputHelper output)
{
    private const int Good = 200;
    private const int Partial = 10;
    private const int Unmapped = 15;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static readonly List<(string Topic, string Payload, string Code)> Payloads =
    [
        .. MalformedPayloadTests.Syntax.Concat(MalformedPayloadTests.Shapes).Concat(MalformedPayloadTests.Times)
            .Concat(MalformedPayloadTests.Identities).Select(row => ((string)row[0], (string)row[1], (string)row[2])),
    ];

    private static readonly (string Yaml, string Path, string Code)[] FaultyAssets =
    [
        ("a1: { typ: pump }", "assets.a1.typ", "plant.key.unknown"),
        ("a2: { metrics: { m: { unt: bar } } }", "assets.a2.metrics.m.unt", "plant.key.unknown"),
        ("a3: { location: { rea: x } }", "assets.a3.location.rea", "plant.key.unknown"),
        ("a4: pump", "assets.a4", "plant.value.type"),
        ("a5: { type: [pump] }", "assets.a5.type", "plant.value.type"),
        ("a6: { criticality: high }", "assets.a6.criticality", "plant.value.type"),
        ("a7: { criticality: 6 }", "assets.a7.criticality", "plant.value.range"),
        ("a8: { metrics: { m: { min: 5, max: 5 } } }", "assets.a8.metrics.m.min", "plant.value.range"),
        ("a9: { detectors: { d: { kind: stuck, severity: 1001 } } }", "assets.a9.detectors.d.severity", "plant.value.range"),
        ("b1: { time: { disorder: 2h } }", "assets.b1.time.disorder", "plant.value.range"),
        ("b2: { time: { disorder: 10 } }", "assets.b2.time.disorder", "plant.duration.invalid"),
        ("b3: { metrics: { m: { every: 5 s } } }", "assets.b3.metrics.m.every", "plant.duration.invalid"),
        ("'b/4': {}", "assets.b/4", "plant.name.invalid"),
        ("b5: { location: { line: l/1 } }", "assets.b5.location.line", "plant.name.invalid"),
        ("b6: { type: pmp }", "assets.b6.type", "plant.reference.unknown"),
        ("b7: { metrics: { m: {} }, detectors: { d: { kind: stuck, metrics: [n] } } }", "assets.b7.detectors.d.metrics",
            "plant.reference.unknown"),
    ];

    [Fact]
    public async Task MalformedInputs_GetTypedAnswers_AndTheCountersAddUp()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("malformed"));

        int packets = await SendPacketsAsync(silo);
        Dictionary<string, double> before = await IngestAsync(silo);
        int calls = await CallAsync(silo);
        await PublishAsync(silo);
        List<(string Topic, string Code)> posted = await PostAsync(silo);

        output.WriteLine($"{packets} packets, {Payloads.Count} payloads, {calls} calls, {posted.Count} payloads over HTTP");
        Assert.True(packets + Payloads.Count + calls >= 300);
        Assert.True(silo.IsUp, silo.Log);
        await AssertCountersAddUpAsync(silo, packets, before, posted.Count);
        await AssertQuarantineHoldsEachAsync(silo, posted);
    }

    [Fact]
    public async Task FaultyPlant_EndsTheSiloWithThree_AndNamesEveryFault()
    {
        string folder = Directory.CreateTempSubdirectory("millwright-plant").FullName;
        try
        {
            string[] yaml = ["site: { namespace: acme }", "assets:", .. FaultyAssets.Select(f => "  " + f.Yaml)];
            await File.WriteAllLinesAsync(Path.Combine(folder, "plant.yaml"), yaml);

            (int exitCode, string errors) = await SiloProcess.RunToEndAsync("--plant", folder, "--data", Path.Combine(folder, "data"));

            Assert.Equal(3, exitCode);
            Assert.All(FaultyAssets, f => Assert.True(
                errors.Split('\n').Any(l => l.Contains($" {f.Path}: ", StringComparison.Ordinal)
                    && l.Contains($"[{f.Code}]", StringComparison.Ordinal)),
                $"No line names {f.Path} [{f.Code}] in\n{errors}"));
            Assert.False(Directory.Exists(Path.Combine(folder, "data")), "a silo that does not start has written");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> SendPacketsAsync(SiloProcess silo)
    {
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Mqtt", "malformed-packets.txt"));
        string[][] rows = [.. lines.Where(l => !l.StartsWith('#')).Select(l => l.Split(" | "))];
        await using RawClient bystander = await OpenAsync(silo);
        await bystander.ConnectAsync(5, "bystander");
        var wrong = new List<string>();
        foreach ((string[] row, int number) in rows.Select((r, i) => (r, i)))
        {
            await using RawClient client = await OpenAsync(silo);
            if (row[0] != "first")
            {
                await client.ConnectAsync(row[0] == "v5" ? 5 : 4, $"culprit-{number}");
            }

            await client.SendAsync(row[2]);
            string answer = await client.ReadAsync();
            string end = answer == "closed" ? "closed" : await client.ReadAsync();
            if (answer != row[3] || end != "closed")
            {
                wrong.Add($"{row[0]} {row[1]}: {answer}, {end} instead of {row[3]}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal("d000", await bystander.ExchangeAsync([0xC0, 0]));
        return rows.Length;
    }

    private static async Task<RawClient> OpenAsync(SiloProcess silo)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", silo.MqttPort);
        return new RawClient(new NetworkStream(socket, ownsSocket: true));
    }

    private static async Task<int> CallAsync(SiloProcess silo)
    {
        MalformedCall[] calls = [.. MalformedCalls.All()];
        var wrong = new List<string>();
        foreach (MalformedCall call in calls)
        {
            using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path);
            request.Content = call.Body is null ? null : new StringContent(call.Body, null, call.ContentType);
            using HttpResponseMessage response = await silo.Http.SendAsync(request);
            string text = await response.Content.ReadAsStringAsync();
            string key = call.Path.StartsWith("/api/2", StringComparison.Ordinal) ? "error" : "code";
            string? code = JsonSerializer.Deserialize<JsonElement>(text).GetProperty(key).GetString();
            if ((int)response.StatusCode != call.Status || code != call.Code)
            {
                string what = $"{call.Method} {call.Path[..Math.Min(call.Path.Length, 100)]}";
                wrong.Add($"{what}: {(int)response.StatusCode} {text} instead of {call.Status} {call.Code}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        return calls.Length;
    }

    /// <summary>What makes sense goes between what does not. Everything is acknowledged, because everything is kept.</summary>
    private static async Task PublishAsync(SiloProcess silo)
    {
        var address = new MqttClientOptions { Host = "127.0.0.1", Port = silo.MqttPort, ClientId = "client-1" };
        await using MqttTelemetryPublisher publisher =
            await MqttTelemetryPublisher.ConnectAsync(address, TimeProvider.System, CancellationToken.None);
        var window = new PublishWindow(publisher, 100);
        for (int i = 0; i < Math.Max(Payloads.Count, Good); i++)
        {
            if (i < Payloads.Count)
            {
                await SendAsync(Payloads[i].Topic, Payloads[i].Payload);
            }

            string second = string.Create(CultureInfo.InvariantCulture, $"{1_700_000_000 + i}");
            string good = $$$"""{"ts":{{{second}}}000,"values":{"n":{{{i}}}}}""";
            string partial = $$$"""{"d":{"items":[{"v":{{{i}}},"n":"m{{{i}}}"},{"v":1}]}}""";
            await (i < Good ? SendAsync("telemetry/acme/known", good) : Task.CompletedTask);
            await (i < Partial ? SendAsync("items/part", partial) : Task.CompletedTask);
            await (i < Unmapped ? SendAsync($"elsewhere/{i}", "whatever") : Task.CompletedTask);
        }

        await window.DrainAsync();

        async Task SendAsync(string topic, string payload) =>
            await window.PublishAsync(topic, Encoding.UTF8.GetBytes(payload), 1, CancellationToken.None);
    }

    /// <summary>A part of the table again, over HTTP, where the answer tells the reason at once.</summary>
    private static async Task<List<(string Topic, string Code)>> PostAsync(SiloProcess silo)
    {
        // Of a device's own topic the asset is the client's name, and over HTTP there is none.
        var sent = Payloads.Where((p, i) => i % 4 == 0 && !p.Topic.StartsWith("v1/devices", StringComparison.Ordinal)).ToList();
        foreach ((string topic, string payload, string code) in sent)
        {
            using var body = new StringContent(payload, null, "application/json");
            using HttpResponseMessage answer = await silo.Http.PostAsync($"/api/v1/telemetry?topic={Uri.EscapeDataString(topic)}", body);
            JsonElement problem = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            Assert.Equal((422, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        }

        using var unmapped = new StringContent("{}", null, "application/json");
        using HttpResponseMessage refused = await silo.Http.PostAsync("/api/v1/telemetry?topic=elsewhere/x", unmapped);
        JsonElement reason = JsonSerializer.Deserialize<JsonElement>(await refused.Content.ReadAsStringAsync());
        Assert.Equal((422, "topic.unmapped"), ((int)refused.StatusCode, reason.GetProperty("code").GetString()));
        return [.. sent.Select(s => (s.Topic, s.Code))];
    }

    private static async Task<Dictionary<string, double>> IngestAsync(SiloProcess silo) =>
        (await silo.GetAsync("/api/v1/system")).GetProperty("ingest").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble());

    private static async Task AssertCountersAddUpAsync(SiloProcess silo, int packets, Dictionary<string, double> before, int posted)
    {
        const int samples = Good + Partial;
        FateSums fates = await Eventually.FindAsync(
            async () => await silo.FatesAsync() is var f && f.Total == samples ? f : null,
            Bound,
            $"{samples} samples met their fates",
            () => silo.Log);
        JsonElement system = await silo.GetAsync("/api/v1/system");
        Dictionary<string, double> now = await IngestAsync(silo);
        double Since(string name) => now[name] - before[name];

        Assert.Equal(samples, fates.Ingested);
        Assert.Equal(samples, fates.Accepted);
        Assert.Equal(packets, system.GetProperty("silo").GetProperty("mqttMalformed").GetDouble());
        Assert.Equal(Payloads.Count + posted + Partial, Since("quarantined"));
        Assert.Equal(Unmapped + 1, Since("unmapped"));
        Assert.Equal(Good + Since("quarantined") + Since("unmapped"), Since("messages"));
        Assert.Equal(0, now["refused"]);

        Dictionary<string, double> metrics = await MetricsAsync(silo);
        foreach (string name in new[] { "messages", "samples", "quarantined", "unmapped", "refused" })
        {
            Assert.Equal(now[name], metrics[$"millwright_intake_{name}_total"]);
        }

        double Sum(string name) => metrics.Where(m => m.Key.StartsWith(name, StringComparison.Ordinal)).Sum(m => m.Value);
        Assert.Equal(packets, Sum("millwright_mqtt_packets_malformed_total"));
        Assert.Equal(samples, Sum("millwright_samples_observed_total"));
    }

    private static async Task<Dictionary<string, double>> MetricsAsync(SiloProcess silo)
    {
        string text = await silo.Http.GetStringAsync("/metrics");
        return text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Select(l => (Line: l, Space: l.LastIndexOf(' ')))
            .ToDictionary(l => l.Line[..l.Space], l => double.Parse(l.Line[(l.Space + 1)..], CultureInfo.InvariantCulture));
    }

    private static async Task AssertQuarantineHoldsEachAsync(SiloProcess silo, List<(string Topic, string Code)> posted)
    {
        List<(string, string)> expected =
        [
            .. Payloads.Select(p => (p.Topic, p.Code)),
            .. posted,
            .. Enumerable.Repeat(("items/part", "metric.name.missing"), Partial),
        ];
        List<JsonElement> kept = [];
        await Eventually.HoldsAsync(
            async () => (kept = await silo.ListAsync("/api/v1/quarantine?size=200")).Count == expected.Count,
            Bound,
            $"{expected.Count} messages are in quarantine",
            () => $"{kept.Count} are\n{silo.Log}");

        List<(string, string)> found = [.. kept.Select(k => (k.GetProperty("topic").GetString()!, k.GetProperty("reason").GetString()!))];
        Assert.Equal(expected.Order(), found.Order());
        Assert.All(kept, k => Assert.NotEqual("", k.GetProperty("detail").GetString()));
    }
}
