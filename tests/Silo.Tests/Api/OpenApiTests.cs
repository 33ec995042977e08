using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
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
    public async Task Document_DeclaresWhatTheGuardMayAnswer_Everywhere()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement paths = (await host.GetAsync("/openapi/v1.json")).GetProperty("paths");

        Assert.All(
            paths.EnumerateObject().Where(p => p.Name.StartsWith("/api/", StringComparison.Ordinal)),
            path => Assert.All(path.Value.EnumerateObject(), operation => Assert.All(
                new[] { "503", "504" },
                status => Assert.True(
                    operation.Value.GetProperty("responses").TryGetProperty(status, out _), $"{operation.Name} {path.Name} {status}"))));
    }

    /// <summary>Schemas are known by the names of their types alone: of two with one name the document has one, for both.</summary>
    [Fact]
    public async Task Schemas_HaveNamesOfTheirOwn()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        HashSet<Type> shapes = [];
        foreach (Endpoint endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints)
        {
            IEnumerable<Type?> given = endpoint.Metadata.OfType<IProducesResponseTypeMetadata>().Select(m => m.Type)
                .Concat(endpoint.Metadata.OfType<IAcceptsMetadata>().Select(m => m.RequestType));
            foreach (Type type in given.OfType<Type>())
            {
                Collect(type, shapes);
            }
        }

        Assert.Contains(shapes, type => type.Name == "AlertVerdictItem");
        Assert.Contains(shapes, type => type.Name == "ReplayedVerdictItem");
        Assert.Empty(shapes.Where(type => !type.IsGenericType).GroupBy(type => type.Name).Where(same => same.Count() > 1)
            .Select(same => string.Join(", ", same)));
    }

    private static void Collect(Type type, HashSet<Type> shapes)
    {
        foreach (Type part in type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments())
        {
            Collect(part, shapes);
        }

        if (type.Namespace?.StartsWith("Millwright", StringComparison.Ordinal) == true && shapes.Add(type))
        {
            foreach (System.Reflection.PropertyInfo property in type.GetProperties())
            {
                Collect(property.PropertyType, shapes);
            }
        }
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
