using System.Text.Json;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api;

public sealed class DetectorsApiTests
{
    private const string Backtest = "/api/v1/things/" + Examples.Pump + "/backtest";
    private const string Shadow = "/api/v1/things/" + Examples.Pump + "/detectors/bearing/shadow";

    [Fact]
    public async Task Backtest_TellsGainedLostAndCommon_WithThePrecisionThatIsKnown()
    {
        await using ApiHost host = await StartAsync();
        Fill(host, i => i is (>= 100 and < 110) or (>= 300 and < 310) ? 9 : 1);
        await TellAsync(host, "seen", 102, 108, Verdict.True);
        await TellAsync(host, "spared", 200, 204, Verdict.Nuisance);

        (int status, JsonElement report) = await host.SendAsync(HttpMethod.Post, Backtest, Body(upper: 5));

        Assert.True(status == 200, report.ToString());
        Assert.Equal((1, 1, 1), (Number(report, "gained"), Number(report, "lost"), Number(report, "common")));
        Assert.Equal(400, Number(report, "samples"));
        JsonElement[] would = [.. report.GetProperty("wouldRaise").EnumerateArray()];
        Assert.Equal([Examples.T0.AddSeconds(100), Examples.T0.AddSeconds(300)], would.Select(a => a.GetProperty("begin").GetDateTimeOffset()));
        Assert.Equal(Examples.T0.AddSeconds(110), would[0].GetProperty("end").GetDateTimeOffset());
        Assert.Equal("vibration", would[0].GetProperty("explanation").GetProperty("contributions")[0].GetProperty("metric").GetString());
        Assert.Equal(["seen", null], would.Select(a => a.GetProperty("match").GetString()));
        Assert.Equal(0.5, report.GetProperty("raised").GetProperty("value").GetDouble());
        Assert.Equal(1, report.GetProperty("kept").GetProperty("value").GetDouble());
        Assert.Equal(0, report.GetProperty("missed").GetProperty("value").GetDouble());
        Assert.Equal(2, (await host.GetAsync("/api/v1/alerts")).GetProperty("items").EnumerateArray().Count(
            a => a.GetProperty("type").GetString()!.EndsWith("raised", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Backtest_OfABadDefinition_NamesAllItsFaults()
    {
        await using ApiHost host = await StartAsync();

        (int status, JsonElement problem) = await host.SendAsync(
            HttpMethod.Post, Backtest,
            """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{"id":"b","kind":"threshold","metrics":["vibrations"],"severity":0,"sevrity":1}}""");

        Assert.Equal((400, "detector.invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal(
            ["detectors.b.metrics", "detectors.b.parameters", "detectors.b.severity", "detectors.b.sevrity"],
            problem.GetProperty("faults").EnumerateArray().Select(f => f.GetProperty("path").GetString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("""{"detector":{"id":"b"}}""", 400, "range.invalid")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""", 400, "detector.missing")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":[]}""", 400, "detector.missing")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{},"definition":""}""", 400, "detector.missing")]
    [InlineData("""{"from":"2026-01-03T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{}}""", 400, "range.invalid")]
    [InlineData("""{"from":"2016-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{"id":"b"}}""", 422, "backtest.toolong")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","learnFrom":"2026-01-01T12:00:00Z","detector":{}}""", 400, "learnFrom.invalid")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{},"until":1}""", 400, "body.invalid")]
    [InlineData("""{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","detector":{}}""", 400, "detector.invalid")]
    public async Task Backtest_ThatMakesNoSense_IsRefused(string body, int status, string code)
    {
        await using ApiHost host = await StartAsync();

        (int actual, JsonElement problem) = await host.SendAsync(HttpMethod.Post, Backtest, body);

        Assert.Equal((status, code), (actual, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Backtests_AreOneAtATime()
    {
        await using ApiHost host = await StartAsync();
        var desk = (Millwright.Silo.Api.ReplayDesk)host.Services.GetService(typeof(Millwright.Silo.Api.ReplayDesk))!;

        // The same seat that a question of the past takes: history is replayed for one at a time, whoever asks.
        using (desk.TryTake())
        {
            (int busy, JsonElement problem) = await host.SendAsync(HttpMethod.Post, Backtest, Body(upper: 5));
            Assert.Equal((503, "replay.busy"), (busy, problem.GetProperty("code").GetString()));
        }

        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, Backtest, Body(upper: 5))).Status);
    }

    [Fact]
    public async Task Verdicts_OfAlertsAndIncidents_GoToTheirDetectors()
    {
        await using ApiHost host = await StartAsync();
        await TellAsync(host, "one", 10, 20, null);
        await TellAsync(host, "two", 30, 40, null);
        host.Grains.Incidents["i1"] = Incident();

        (int status, JsonElement kept) = await host.SendAsync(
            HttpMethod.Post, "/api/v1/alerts/one/verdict", """{"operator":"erin","verdict":"nuisance","comment":"cleaning"}""");
        (int judged, _) = await host.SendAsync(HttpMethod.Post, "/api/v1/incidents/i1/verdict", """{"operator":"erin","verdict":"true"}""");

        Assert.Equal((200, "nuisance", 200), (status, kept.GetProperty("verdict").GetString(), judged));
        Assert.Equal(["one", "two"], host.Stores.Verdicts.Keys.Order());
        Assert.Equal(("bearing", "threshold", "1"), host.Stores.Verdicts["two"] is var v ? (v.DetectorId, v.DetectorKind, v.DetectorVersion) : default);
        Assert.False(host.Stores.Verdicts["two"].IsOwn);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Post, "/api/v1/alerts/none/verdict", """{"operator":"e","verdict":"true"}""")).Status);
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Post, "/api/v1/alerts/one/verdict", """{"operator":"e","verdict":"yes"}""")).Status);
    }

    [Fact]
    public async Task Detectors_ShowAlertsAndPrecision_OverTheFleetAndOnTheAsset()
    {
        await using ApiHost host = await StartAsync();
        host.Stores.Tallies.Add(new DetectorTally("bearing", "threshold", "1", 3, 20, 2, new Precision(45, 5, 1)));
        host.Stores.Tallies.Add(new DetectorTally("other", "stuck", "1", 1, 1, 0, Precision.None));

        JsonElement first = await host.GetAsync("/api/v1/detectors?size=1");
        JsonElement second = await host.GetAsync("/api/v1/detectors?size=1&cursor=" + first.GetProperty("next").GetString());
        JsonElement asset = await host.GetAsync("/api/v1/things/" + Examples.Pump + "/detectors");

        JsonElement precision = first.GetProperty("items")[0].GetProperty("precision");
        Assert.Equal(0.9, precision.GetProperty("value").GetDouble());
        Assert.Equal(0.7864, precision.GetProperty("low").GetDouble(), 4);
        Assert.Equal("other", second.GetProperty("items")[0].GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("items")[0].GetProperty("precision").GetProperty("value").ValueKind);
        JsonElement[] detectors = [.. asset.GetProperty("detectors").EnumerateArray()];
        Assert.Equal(["live", "shadow"], detectors.Select(d => d.GetProperty("mode").GetString()));
        Assert.Equal((20, 0), (Number(detectors[0], "alerts"), Number(detectors[1], "alerts")));
        Assert.Equal((3, 2, 1), detectors[1].GetProperty("shadow") is var s ? (Number(s, "gained"), Number(s, "lost"), Number(s, "common")) : default);
        Assert.False(detectors[0].TryGetProperty("shadow", out _));
    }

    [Fact]
    public async Task Changes_ReachTheTwin_AndRefusalsTheCaller()
    {
        await using ApiHost host = await StartAsync();
        string detector = """{"operator":"erin","detector":{"kind":"threshold","metrics":["vibration"],"parameters":{"upper":5},"version":"2"}}""";

        Assert.Equal(200, (await host.SendAsync(HttpMethod.Post, Shadow, detector)).Status);
        Assert.Equal(200, (await host.SendAsync(
            HttpMethod.Post, Shadow.Replace("shadow", "promote", StringComparison.Ordinal), """{"operator":"erin","version":"2"}""")).Status);
        (int refused, JsonElement problem) = await host.SendAsync(
            HttpMethod.Post, Shadow.Replace("shadow", "rollback", StringComparison.Ordinal), """{"operator":"erin"}""");

        Assert.Equal((409, "detector.rollback.none"), (refused, problem.GetProperty("code").GetString()));
        Assert.Equal(
            [(DetectorCommandKind.Shadow, "bearing", null), (DetectorCommandKind.Promote, "bearing", "2"), (DetectorCommandKind.Rollback, "bearing", null)],
            host.Grains.Commands.Select(c => (c.Kind, c.DetectorId, c.Version)));
        (int invalid, JsonElement faults) = await host.SendAsync(
            HttpMethod.Post, Shadow, """{"operator":"erin","detector":{"kind":"treshold"}}""");
        Assert.Equal((400, "detector.invalid"), (invalid, faults.GetProperty("code").GetString()));
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Post, Shadow, """{"operator":"erin"}""")).Status);
        Assert.Equal(400, (await host.SendAsync(HttpMethod.Post, Shadow, detector.Replace("erin", "", StringComparison.Ordinal))).Status);
        Assert.Equal(404, (await host.SendAsync(HttpMethod.Post, "/api/v1/things/none:such/detectors/b/shadow", detector)).Status);
    }

    private static async Task<ApiHost> StartAsync()
    {
        ApiHost host = await ApiHost.StartAsync();
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0));
        return host;
    }

    private static void Fill(ApiHost host, Func<int, double> value) => host.Stores.History[Examples.Pump + "/vibration"] =
    [
        .. Enumerable.Range(0, 400).Select(i => new HistoryPoint
        {
            EventTime = Examples.T0.AddSeconds(i),
            Value = value(i),
            Quality = SampleQuality.Good,
        }),
    ];

    private static async Task TellAsync(ApiHost host, string id, int begin, int end, Verdict? verdict)
    {
        AlertEvent raised = Examples.Alert(id) with
        {
            Id = id,
            AlertId = id,
            AssetId = Examples.Pump,
            Subject = "vibration",
            IncidentId = "i1",
            Kind = AlertKind.Raised,
            Sequence = begin,
            EventTime = Examples.T0.AddSeconds(begin),
        };
        raised = raised with
        {
            Explanation = raised.Explanation with { DetectorId = "bearing", DetectorKind = "threshold", DetectorVersion = "1" },
        };
        await host.Stores.AppendAsync(raised, default);
        await host.Stores.AppendAsync(
            raised with { Id = id + "-end", Kind = AlertKind.Cleared, EventTime = Examples.T0.AddSeconds(end), Sequence = end }, default);
        if (verdict is { } said)
        {
            host.Stores.Verdicts[id] = new StoredVerdict
            {
                AlertId = id, AssetId = Examples.Pump, DetectorId = "bearing", DetectorKind = "threshold", DetectorVersion = "1",
                Verdict = said, Operator = "erin", JudgedAt = Examples.T0, IsOwn = true,
            };
        }
    }

    private static IncidentState Incident() => Examples.Incident("i1", Examples.Pump);

    private static string Body(double upper) => JsonSerializer.Serialize(new
    {
        detector = new { id = "bearing", kind = "threshold", metrics = new[] { "vibration" }, version = "2", parameters = new { upper } },
        from = Examples.T0,
        to = Examples.T0.AddHours(1),
    });

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
