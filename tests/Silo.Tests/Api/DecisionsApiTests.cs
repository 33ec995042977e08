using System.Text.Json;
using Millwright.Alerts;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api;

public sealed class DecisionsApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Decisions_SayWhatEachDetectorMadeOfIt_AndWhatSuppressedIt()
    {
        host.Grains.Decisions[Examples.Pump] = new TwinDecisions
        {
            AssetId = Examples.Pump,
            Newest = Examples.T0,
            OperatingState = "running",
            Decisions =
            [
                new DetectorDecision
                {
                    DetectorId = "wear",
                    DetectorKind = "robust-z",
                    DetectorVersion = "1",
                    Subject = "vibration",
                    Verdict = DetectorVerdict.Warming,
                    Score = double.NaN,
                    Threshold = 6,
                    Warmup = 0.5,
                    Inputs = [new Contribution { Metric = "vibration", Observed = 4, Baseline = 3, Unit = "mm/s", Share = 1 }],
                    SuppressedBy = [new Suppression { Code = "detector.warmup", Detail = "50 % done" }],
                },
            ],
        };

        JsonElement answer = await host.GetAsync($"/api/v1/things/{Examples.Pump}/decisions");

        JsonElement decision = Assert.Single(answer.GetProperty("decisions").EnumerateArray());
        Assert.Equal("warming", decision.GetProperty("verdict").GetString());
        Assert.Equal(JsonValueKind.Null, decision.GetProperty("score").ValueKind);
        Assert.Equal(6, decision.GetProperty("threshold").GetDouble());
        Assert.Equal("mm/s", decision.GetProperty("inputs")[0].GetProperty("unit").GetString());
        Assert.Equal("detector.warmup", decision.GetProperty("suppressedBy")[0].GetProperty("code").GetString());
        Assert.False(answer.GetProperty("replayed").GetBoolean());
    }

    [Fact]
    public async Task Alert_IsFoundByItsIdOrAnEventOfIt_AsKnownThen()
    {
        AlertEvent raised = Examples.Alert("a1") with { AlertId = "a1", RecordedTime = Examples.T0 };
        AlertEvent amended = raised with { Id = "a1-2", Kind = AlertKind.Amended, RecordedTime = Examples.T0.AddHours(1) };
        await host.Stores.AppendAsync(raised, default);
        await host.Stores.AppendAsync(amended, default);

        JsonElement now = await host.GetAsync("/api/v1/alerts/a1-2");
        JsonElement then = await host.GetAsync("/api/v1/alerts/a1?asOf=2026-01-01T00:30:00Z");
        JsonElement list = await host.GetAsync("/api/v1/alerts?asOf=2026-01-01T00:30:00Z");

        Assert.Equal("a1-2", now.GetProperty("current").GetProperty("id").GetString());
        Assert.Equal(["a1", "a1-2"], now.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("id").GetString()!));
        Assert.Equal("a1", then.GetProperty("current").GetProperty("id").GetString());
        Assert.Equal("a1", Assert.Single(list.GetProperty("items").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("/api/v1/alerts/a1/evidence", then.GetProperty("current").GetProperty("data").GetProperty("evidence").GetString());
    }
}
