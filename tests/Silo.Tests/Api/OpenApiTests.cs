using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Api;

public sealed class OpenApiTests
{
    [Fact]
    public async Task Document_DescribesEveryResource_WithItsParametersAndProblems()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement paths = (await host.GetAsync("/openapi/v1.json")).GetProperty("paths");

        string[] expected =
        [
            "/api/2/things", "/api/2/things/{thingId}", "/api/2/search/things", "/api/2/search/things/count", "/api/v1/alerts",
                "/api/v1/alerts/{id}", "/api/v1/alerts/{id}/evidence", "/api/v1/things/{id}/decisions", "/api/v1/incidents",
            "/api/v1/incidents/{id}", "/api/v1/incidents/{id}/acknowledge", "/api/v1/incidents/{id}/shelve",
                "/api/v1/incidents/{id}/verdict",
            "/api/v1/windows", "/api/v1/history", "/api/v1/units", "/api/v1/units/{id}", "/api/v1/energy", "/api/v1/energy/idle-waste",
                "/api/v1/workorders",
            "/api/v1/workorders/{id}/status", "/api/v1/quality", "/api/v1/quarantine", "/api/v1/plant", "/api/v1/system",
                "/api/v1/telemetry", "/metrics",
            "/api/v1/alerts/{id}/verdict", "/api/v1/detectors", "/api/v1/things/{id}/backtest", "/api/v1/things/{id}/peers", "/api/v1/things/{id}/baselines/prior", "/api/v1/things/{id}/detectors",
                "/api/v1/things/{id}/detectors/{detectorId}/shadow", "/api/v1/things/{id}/detectors/{detectorId}/promote",
                "/api/v1/things/{id}/detectors/{detectorId}/rollback", "/api/v1/things/{id}/detectors/{detectorId}/drop",
        ];
        Assert.Empty(expected.Except(paths.EnumerateObject().Select(p => p.Name)));
        JsonElement alerts = paths.GetProperty("/api/v1/alerts").GetProperty("get");
        Assert.Equal(
            ["asset", "incident", "detector", "audience", "kind", "from", "to", "asOf", "size", "cursor"],
            alerts.GetProperty("parameters").EnumerateArray().Select(p => p.GetProperty("name").GetString()!));
        Assert.True(alerts.GetProperty("responses").GetProperty("400")
            .GetProperty("content").TryGetProperty("application/problem+json", out _));
        Assert.All(
            paths.EnumerateObject().SelectMany(p => p.Value.EnumerateObject()),
            operation => Assert.NotEmpty(operation.Value.GetProperty("summary").GetString()!));
    }

    [Fact]
    public async Task Health_ListsItsChecks_AndLivenessIgnoresTheOthers()
    {
        await using ApiHost host = await ApiHost.StartAsync(builder => builder.Services.AddHealthChecks()
            .AddCheck("process", () => HealthCheckResult.Healthy("runs"), ["live"])
            .AddCheck("store", () => HealthCheckResult.Unhealthy("away")));

        JsonElement live = await host.GetAsync("/health/live");
        (int status, JsonElement ready) = await host.SendAsync(HttpMethod.Get, "/health/ready");

        Assert.Equal("healthy", live.GetProperty("status").GetString());
        Assert.Equal(["process"], live.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString()!));
        Assert.Equal((503, "unhealthy"), (status, ready.GetProperty("status").GetString()));
        Assert.Equal(["process", "store"], ready.GetProperty("checks").EnumerateArray().Select(c => c.GetProperty("name").GetString()!));
    }
}
