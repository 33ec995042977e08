using System.Text.Json;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Energy;
using Millwright.Grains.Maintenance;
using Millwright.Grains.Quality;
using Millwright.Ingest.Quarantine;
using Millwright.Quality;
using Millwright.Silo.Api;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api;

public sealed class ResourcesApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Alert_IsACloudEvent_WithItsExplanation()
    {
        await host.Stores.AppendAsync(Examples.Alert("a1"), default);

        JsonElement alert = (await host.GetAsync("/api/v1/alerts")).GetProperty("items")[0];

        Assert.Equal("1.0", alert.GetProperty("specversion").GetString());
        Assert.Equal("/acme/lyon/packing/L1/pump-01", alert.GetProperty("source").GetString());
        Assert.Equal("io.millwright.alert.raised", alert.GetProperty("type").GetString());
        Assert.Equal("00000000000000000007", alert.GetProperty("sequence").GetString());
        JsonElement data = alert.GetProperty("data");
        Assert.Equal("robust-z", data.GetProperty("detector").GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("contributions")[0].GetProperty("baseline").ValueKind);
        Assert.Equal("maintenance", data.GetProperty("audience")[0].GetString());
    }

    [Fact]
    public async Task Alerts_ArePagedNewestFirst_AndFiltered()
    {
        for (int i = 1; i <= 5; i++)
        {
            await host.Stores.AppendAsync(Examples.Alert($"a{i}", i == 3 ? Examples.Press : Examples.Pump), default);
        }

        Assert.Equal(["a5", "a4", "a3", "a2", "a1"], await AllAsync("/api/v1/alerts?size=2", "id"));
        Assert.Equal(["a3"], await AllAsync($"/api/v1/alerts?asset={Examples.Press}", "id"));
        Assert.Empty(await AllAsync("/api/v1/alerts?audience=energy", "id"));
        Assert.Empty(await AllAsync("/api/v1/alerts?to=2026-01-01T00:00:00Z", "id"));
        Assert.Equal(5,
            (await AllAsync("/api/v1/alerts?from=1767225600000&kind=raised&detector=robust-z&incident=incident-1", "id")).Count);
    }

    [Fact]
    public async Task Incidents_ArePagedAndFiltered_AlsoWhenFewMatch()
    {
        for (int i = 0; i < 450; i++)
        {
            IncidentStatus status = i % 100 == 0 ? IncidentStatus.Active : IncidentStatus.Cleared;
            host.Stores.Put(IncidentEntity.StateName, $"i{i}", new IncidentEntity { State = Examples.Incident($"i{i}", status: status) });
        }

        Assert.Equal(["i400", "i300", "i200", "i100", "i0"], await AllAsync("/api/v1/incidents?status=open&size=2", "id"));
        Assert.Equal(450, (await AllAsync("/api/v1/incidents?size=200", "id")).Distinct().Count());
    }

    [Fact]
    public async Task Incident_IsAcknowledgedShelvedAndJudged()
    {
        host.Grains.Incidents["i1"] = Examples.Incident("i1");

        (int acknowledged, JsonElement first) = await host.SendAsync(HttpMethod.Post, "/api/v1/incidents/i1/acknowledge", """{"operator":"ana","comment":"on it"}""");
        (int shelved, JsonElement second) = await host.SendAsync(HttpMethod.Post, "/api/v1/incidents/i1/shelve", """{"operator":"ana","until":"2026-01-02T00:00:00+01:00"}""");
        (int judged, JsonElement third) = await host.SendAsync(HttpMethod.Post, "/api/v1/incidents/i1/verdict", """{"operator":"ana","verdict":"nuisance"}""");

        Assert.Equal((200, 200, 200), (acknowledged, shelved, judged));
        Assert.Equal(("acknowledged", "ana"), (first.GetProperty("status").GetString(), first.GetProperty("acknowledgedBy").GetString()));
        Assert.Equal("2026-01-01T23:00:00.000Z", second.GetProperty("shelvedUntil").GetString());
        Assert.Equal("nuisance", third.GetProperty("verdict").GetString());
        Assert.Equal("alert-1", (await host.GetAsync("/api/v1/incidents/i1")).GetProperty("alerts")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("gone", "acknowledge", """{"operator":"ana"}""", 404, "incident.notfound")]
    [InlineData("done", "acknowledge", """{"operator":"ana"}""", 409, "incident.cleared")]
    [InlineData("open", "shelve", """{"operator":"ana","until":"2027-01-01T00:00:00Z"}""", 400, "incident.until.invalid")]
    public async Task RefusedCommand_SaysWhyWithACode(string id, string command, string body, int status, string code)
    {
        host.Grains.Incidents["open"] = Examples.Incident("open");
        host.Grains.Incidents["done"] = Examples.Incident("done", status: IncidentStatus.Cleared);

        (int actual, JsonElement problem) = await host.SendAsync(HttpMethod.Post, $"/api/v1/incidents/{id}/{command}", body);

        Assert.Equal((status, code), (actual, problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task Windows_AreMergedFromStoreAndTwin_WithTheHighestRevision()
    {
        host.Stores.Windows.AddRange([Examples.Window("vibration", 0), Examples.Window("vibration", 1), Examples.Window("speed", 1)]);
        host.Grains.Windows[Examples.Pump] = [Examples.Window("vibration", 1, revision: 2), Examples.Window("vibration", 2, closed: false)];

        JsonElement page = await host.GetAsync($"/api/v1/windows?asset={Examples.Pump}");

        Assert.Equal(
            ["vibration 2 1 False", "speed 1 1 True", "vibration 1 2 True", "vibration 0 1 True"],
            page.GetProperty("items").EnumerateArray().Select(w =>
                $"{w.GetProperty("metric").GetString()} {w.GetProperty("start").GetDateTimeOffset().Minute} {w.GetProperty("revision").GetInt32()} {w.GetProperty("closed").GetBoolean()}"));
        Assert.Equal(JsonValueKind.Null, page.GetProperty("items")[0].GetProperty("standardDeviation").ValueKind);
        Assert.Equal(4, (await AllAsync($"/api/v1/windows?asset={Examples.Pump}&size=1", "start")).Count);
        Assert.Single(await AllAsync($"/api/v1/windows?asset={Examples.Pump}&metric=speed&kind=tumbling&size-seconds=60", "start"));
    }

    [Fact]
    public async Task Windows_ThatWereTakenBack_AreOpenAgainOrGone()
    {
        WindowResult Empty(int minute) => Examples.Window("vibration", minute, revision: 2) with { Kind = "state", Count = 0 };
        host.Stores.Windows.AddRange(
            [Examples.Window("vibration", 1) with { Kind = "state" }, Examples.Window("vibration", 2) with { Kind = "state" }]);
        host.Grains.Windows[Examples.Pump] =
            [Empty(1), Empty(2), Examples.Window("vibration", 1, revision: 2, closed: false) with { Kind = "state" }];

        JsonElement page = await host.GetAsync($"/api/v1/windows?asset={Examples.Pump}&kind=state");

        JsonElement only = Assert.Single(page.GetProperty("items").EnumerateArray());
        Assert.Equal((1, false, 60), (only.GetProperty("start").GetDateTimeOffset().Minute, only.GetProperty("closed").GetBoolean(), only.GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Windows_ShowWhatTheirRulesAskFor_AndSplitByState()
    {
        host.Grains.Windows[Examples.Pump] =
        [
            Examples.Window("vibration", 1, revision: 0, closed: false) with
            {
                Kind = "sliding",
                Detail = new WindowResultDetail { State = "running", Figures = [new WindowFigure { Name = "p95", Value = 4.5 }] },
            },
            Examples.Window("vibration", 1, revision: 0, closed: false) with { Kind = "sliding", Detail = new WindowResultDetail { State = "idle" } },
            Examples.Window("vibration", 1) with
            {
                Kind = "tumbling-by-state",
                Detail = new WindowResultDetail
                {
                    States =
                    [
                        new WindowStateShare
                        {
                            State = "running", Time = TimeSpan.FromSeconds(40), Count = 40, Sum = 40, Minimum = 1, Maximum = 1, Mean = 1, StandardDeviation = 0,
                        },
                    ],
                },
            },
        ];

        JsonElement[] sliding = [.. (await host.GetAsync($"/api/v1/windows?asset={Examples.Pump}&kind=sliding")).GetProperty("items").EnumerateArray()];
        JsonElement split = (await host.GetAsync($"/api/v1/windows?asset={Examples.Pump}&kind=tumbling-by-state")).GetProperty("items")[0];

        Assert.Equal(["idle", "running"], sliding.Select(w => w.GetProperty("state").GetString()).Order());
        Assert.Equal(4.5, sliding.Single(w => w.TryGetProperty("aggregates", out _)).GetProperty("aggregates").GetProperty("p95").GetDouble());
        Assert.Equal((40.0, 40), (split.GetProperty("states")[0].GetProperty("seconds").GetDouble(), split.GetProperty("states")[0].GetProperty("count").GetInt32()));
        Assert.False(split.TryGetProperty("aggregates", out _));
    }

    [Fact]
    public async Task History_IsMergedFromStoreAndTail_Ascending_OncePerInstant()
    {
        host.Stores.History[Examples.Pump + "/vibration"] = [Examples.Point(0, 0), Examples.Point(2, 2), Examples.Point(4, 4)];
        host.Grains.Tails[Examples.Pump + "/vibration"] = [Examples.Point(1, 1), Examples.Point(4, 44), Examples.Point(5, 5)];

        List<string> all = await AllAsync($"/api/v1/history?asset={Examples.Pump}&metric=vibration&limit=2", "value");
        List<string> range = await AllAsync($"/api/v1/history?asset={Examples.Pump}&metric=vibration&from=2026-01-01T00:00:01Z&to=2026-01-01T00:00:05Z", "value");

        Assert.Equal(["0", "1", "2", "44", "5"], all);
        Assert.Equal(["1", "2", "44"], range);
    }

    [Fact]
    public async Task Units_AreListedAndShown_WithViolations()
    {
        host.Grains.Units["SN-1"] = Examples.Unit("SN-1", true);
        host.Stores.Put(UnitEntity.StateName, "SN-1", new UnitEntity { State = Examples.Unit("SN-1", true) });
        host.Stores.Put(UnitEntity.StateName, "SN-2", new UnitEntity { State = Examples.Unit("SN-2", false) });

        Assert.Equal(["SN-2", "SN-1"], await AllAsync("/api/v1/units?size=1", "id"));
        Assert.Equal(["SN-1"], await AllAsync("/api/v1/units?at-risk=true", "id"));
        JsonElement unit = await host.GetAsync("/api/v1/units/SN-1");
        Assert.True(unit.GetProperty("steps")[0].GetProperty("parameters")[0].GetProperty("violated").GetBoolean());
    }

    [Fact]
    public async Task Energy_IsSummedByLine_AndIdleWasteIsListed()
    {
        host.Stores.Put(EnergyEntity.StateName, "lyon/packing/L1", new EnergyEntity { State = Examples.Energy("lyon/packing/L1") });

        JsonElement line = (await host.GetAsync("/api/v1/energy")).GetProperty("items")[0];

        Assert.Equal(12, line.GetProperty("totals")[0].GetProperty("quantity").GetDouble());
        Assert.Equal(3600, line.GetProperty("assets")[0].GetProperty("states")[0].GetProperty("durationSeconds").GetDouble());
        Assert.Equal(1.5, line.GetProperty("idleWasteCost").GetProperty("EUR").GetDouble());
        Assert.Equal(["w3", "w2", "w1"], await AllAsync("/api/v1/energy/idle-waste?size=1", "id"));
        Assert.Equal(["w2"], await AllAsync("/api/v1/energy/idle-waste?from=2026-01-01T00:15:00Z&to=2026-01-01T01:00:00Z", "id"));
    }

    [Fact]
    public async Task WorkOrders_AreListed_AndChangedThroughTheirSite()
    {
        host.Stores.Put(MaintenanceEntity.StateName, "acme.lyon",
            new MaintenanceEntity { WorkOrders = [Examples.Order("o1", 0), Examples.Order("o2", 5)] });
        host.Grains.Orders["o1"] = Examples.Order("o1", 0);

        (int status, JsonElement changed) = await host.SendAsync(HttpMethod.Post, "/api/v1/workorders/o1/status", """{"status":"inProgress","operator":"ana"}""");

        Assert.Equal(["o2", "o1"], await AllAsync("/api/v1/workorders?size=1", "id"));
        Assert.Empty(await AllAsync("/api/v1/workorders?status=complete", "id"));
        Assert.Equal((200, "inProgress", "ana"),
            (status, changed.GetProperty("status").GetString(), changed.GetProperty("changedBy").GetString()));
    }

    [Fact]
    public async Task Quality_IsByLine()
    {
        host.Stores.Put(QualityEntity.StateName, "l",
            new QualityEntity { State = new QualityState { Key = "l", Steps = 9, Violations = 2, UnitsAtRisk = ["u1", "u2"] } });

        JsonElement line = (await host.GetAsync("/api/v1/quality?line=l")).GetProperty("items")[0];

        Assert.Equal((9, 2, "u2"),
            (line.GetProperty("steps").GetInt64(), line.GetProperty("violations").GetInt64(), line
            .GetProperty("unitsAtRisk")[0].GetString()));
    }

    [Fact]
    public async Task Quarantine_ShowsTextAndBytes_CutInTheListAndWholeAlone()
    {
        byte[] text = [.. Enumerable.Repeat((byte)'a', 511), 0xC3, 0xA9, (byte)'!'];
        host.Stores.Quarantine.AddRange([Message(1, [0xFF, 0x00]), Message(2, text)]);

        JsonElement list = (await host.GetAsync("/api/v1/quarantine")).GetProperty("items");
        JsonElement whole = await host.GetAsync("/api/v1/quarantine/2");

        Assert.Equal(new string('a', 511), list[0].GetProperty("text").GetString());
        Assert.True(list[0].GetProperty("isCut").GetBoolean());
        Assert.EndsWith("é!", whole.GetProperty("text").GetString());
        Assert.False(whole.GetProperty("isCut").GetBoolean());
        Assert.Equal(JsonValueKind.Null, list[1].GetProperty("text").ValueKind);
        Assert.Equal("/wA=", list[1].GetProperty("base64").GetString());
        Assert.Equal(["2", "1"], await AllAsync("/api/v1/quarantine?size=1&reason=payload.json.invalid", "position"));
    }

    [Fact]
    public async Task System_TellsUptimeFatesAndProcess()
    {
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0));

        JsonElement system = await host.GetAsync("/api/v1/system");

        Assert.Equal(3600, system.GetProperty("uptimeSeconds").GetDouble());
        Assert.Equal(20, system.GetProperty("fates").GetProperty("total").GetInt64());
        Assert.Equal(3, system.GetProperty("fleet").GetProperty("assets").GetInt32());
        Assert.Equal(JsonValueKind.Null, system.GetProperty("rates").GetProperty("samples").ValueKind);
        Assert.True(system.GetProperty("process").GetProperty("workingSetBytes").GetInt64() > 0);
    }

    [Fact]
    public async Task Plant_ListsLinesWithTheirAssets()
    {
        JsonElement plant = await host.GetAsync("/api/v1/plant");

        Assert.Equal(["lyon/packing/L1", "lyon/packing/L2"], plant.GetProperty("lines").EnumerateArray()
            .Select(l => l.GetProperty("key").GetString()!));
        Assert.Equal("Line one", plant.GetProperty("lines")[0].GetProperty("name").GetString());
        Assert.Equal(3, plant.GetProperty("assets").GetArrayLength());
        Assert.Equal(1, (await host.GetAsync("/api/v1/plant?line=lyon/packing/L2")).GetProperty("assets").GetArrayLength());
    }

    [Fact]
    public async Task Telemetry_IsAcceptedUnderItsTopic_AndTheReceiptDecidesTheAnswer()
    {
        (int accepted, JsonElement receipt) = await host.SendAsync(HttpMethod.Post, $"/api/v1/telemetry?asset={Examples.Pump}", """{"values":{}}""");
        host.Stores.Receipt = new InletReceipt { Outcome = InletOutcome.Quarantined, Code = "payload.time.missing", Detail = "No time." };
        (int quarantined, JsonElement kept) = await host.SendAsync(HttpMethod.Post, "/api/v1/telemetry?topic=a/b", "x", "text/plain");
        host.Stores.Receipt = host.Stores.Receipt with { Samples = 3 };
        (int partly, JsonElement taken) = await host.SendAsync(HttpMethod.Post, "/api/v1/telemetry?topic=a/b", "x", "text/plain");
        host.Stores.Receipt = new InletReceipt { Outcome = InletOutcome.Refused, Code = "log.full", Detail = "The log is full." };
        (int refused, JsonElement problem) = await host.SendAsync(HttpMethod.Post, "/api/v1/telemetry?topic=a/b", "x");

        Assert.Equal((202, 422, 503), (accepted, quarantined, refused));
        Assert.Equal(17, receipt.GetProperty("position").GetInt64());
        Assert.Equal(("payload.time.missing", "log.full"), (kept.GetProperty("code").GetString(), problem.GetProperty("code").GetString()));
        Assert.False(kept.TryGetProperty("samples", out _));
        Assert.Equal((422, 3), (partly, taken.GetProperty("samples").GetInt32()));
        Assert.Equal(["telemetry/acme.lyon/pump-01", "a/b", "a/b", "a/b"], host.Stores.Published.Select(p => p.Topic));
    }

    [Fact]
    public async Task RefusedTelemetry_SaysWhenToTryAgain_InWholeSeconds()
    {
        host.Stores.Receipt = new InletReceipt
        {
            Outcome = InletOutcome.Refused,
            Code = "log.full",
            Detail = "The log is full.",
            RetryAfter = TimeSpan.FromMilliseconds(4_200),
        };

        using var message = new StringContent("x");
        using HttpResponseMessage response = await host.Client.PostAsync("/api/v1/telemetry?topic=a/b", message);

        Assert.Equal(503, (int)response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("/api/v1/alerts")]
    [InlineData("/api/v1/incidents")]
    [InlineData("/api/v1/units")]
    [InlineData("/api/v1/windows?asset=acme.lyon:pump-01")]
    public async Task StoreAway_IsAnsweredWith503(string path)
    {
        host.Stores.IsAway = true;

        (int status, JsonElement problem) = await host.SendAsync(HttpMethod.Get, path);

        Assert.Equal((503, "store.unavailable"), (status, problem.GetProperty("code").GetString()));
    }

    private static QuarantinedMessage Message(long position, byte[] payload) => new()
    {
        Position = position,
        Ordinal = position,
        IngestTime = Examples.T0,
        Source = "mqtt:c",
        Topic = "t",
        Reason = "payload.json.invalid",
        Detail = "Not JSON.",
        PayloadLength = payload.Length,
        Payload = payload,
    };

    /// <summary>One member of every item of every page.</summary>
    private async Task<List<string>> AllAsync(string path, string member)
    {
        var all = new List<string>();
        string? next = null;
        do
        {
            JsonElement page = await host.GetAsync(next is null ? path : $"{path}&cursor={next}");
            all.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty(member).ToString()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        return all;
    }
}
