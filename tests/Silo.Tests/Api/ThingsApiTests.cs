using System.Net;
using System.Text.Json;
using Millwright.Grains.Twins;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Api;

public sealed class ThingsApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task ModelledAsset_IsThereBeforeItSpeaks_WithoutAnythingThatLooksFresh()
    {
        JsonElement thing = await host.GetAsync($"/api/2/things/{Examples.Pump}");

        Assert.Equal("L1", thing.GetProperty("attributes").GetProperty("line").GetString());
        Assert.Equal("pump", thing.GetProperty("attributes").GetProperty("type").GetString());
        Assert.Equal("Grüne & Söhne", thing.GetProperty("attributes").GetProperty("manufacturer").GetString());
        Assert.Equal("millwright:pump:1.0.0", thing.GetProperty("definition").GetString());
        JsonElement vibration = thing.GetProperty("features").GetProperty("vibration").GetProperty("properties");
        Assert.Equal("stale", vibration.GetProperty("quality").GetString());
        Assert.False(vibration.TryGetProperty("value", out _));
        Assert.True(thing.GetProperty("features").GetProperty("twin").GetProperty("properties").GetProperty("idle").GetBoolean());
    }

    [Fact]
    public async Task Thing_ComesFromTheTwinItself_WithValueFatesAndRevision()
    {
        host.Grains.Twins[Examples.Pump] = Examples.Twin(Examples.Pump, 12, Examples.T0, Examples.Metric("vibration", 4.5, Examples.T0));

        JsonElement thing = await host.GetAsync($"/api/2/things/{Examples.Pump}");

        Assert.Equal(12, thing.GetProperty("_revision").GetInt64());
        Assert.Equal("2026-01-01T00:00:00.000Z", thing.GetProperty("_modified").GetString());
        JsonElement vibration = thing.GetProperty("features").GetProperty("vibration").GetProperty("properties");
        Assert.Equal(4.5, vibration.GetProperty("value").GetDouble());
        Assert.Equal("good", vibration.GetProperty("quality").GetString());
        JsonElement twin = thing.GetProperty("features").GetProperty("twin").GetProperty("properties");
        Assert.Equal(20, twin.GetProperty("fates").GetProperty("total").GetInt64());
        Assert.Equal(2, twin.GetProperty("runningHours").GetDouble());
        Assert.False(twin.GetProperty("idle").GetBoolean());
    }

    [Fact]
    public async Task Value_TurnsStale_WhenThreeIntervalsPass_AndItsEntityTagChanges()
    {
        host.Grains.Twins[Examples.Pump] = Examples.Twin(Examples.Pump, 12, Examples.T0, Examples.Metric("vibration", 4.5, Examples.T0));
        host.Time.Advance(TimeSpan.FromTicks(TimeSpan.FromSeconds(3).Ticks - 1));
        (string fresh, HttpStatusCode _) = await QualityAsync(null);
        host.Time.Advance(TimeSpan.FromTicks(1));

        (string stale, HttpStatusCode status) = await QualityAsync("\"rev:12\"");

        Assert.Equal("\"good\"", fresh);
        Assert.Equal("\"stale\"", stale);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Theory]
    [InlineData("If-None-Match", "\"rev:12\"", 304)]
    [InlineData("If-None-Match", "\"rev:11\", W/\"rev:12\"", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"rev:11\"", 200)]
    [InlineData("If-Match", "\"rev:12\"", 200)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Match", "\"rev:11\"", 412)]
    public async Task Precondition_IsJudgedByTheRevision(string header, string value, int expected)
    {
        host.Grains.Twins[Examples.Pump] = Examples.Twin(Examples.Pump, 12, Examples.T0);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/2/things/{Examples.Pump}");
        request.Headers.TryAddWithoutValidation(header, value);

        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal("\"rev:12\"", response.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("attributes/line", "\"L1\"")]
    [InlineData("features/vibration/properties/value", "4.5")]
    [InlineData("features/vibration?fields=properties/value,properties/unit", "{\"properties\":{\"value\":4.5,\"unit\":\"mm/s\"}}")]
    [InlineData("?fields=thingId,features/*/properties(value)",
        "{\"thingId\":\"acme.lyon:pump-01\",\"features\":{\"vibration\":{\"properties\":{\"value\":4.5}}}}")]
    [InlineData("?fields=attributes(line,area),_revision", "{\"attributes\":{\"area\":\"packing\",\"line\":\"L1\"},\"_revision\":12}")]
    public async Task Node_HasAnAddress_AndCanBeProjected(string path, string expected)
    {
        host.Grains.Twins[Examples.Pump] = Examples.Twin(Examples.Pump, 12, Examples.T0, Examples.Metric("vibration", 4.5, Examples.T0));

        string separator = path.StartsWith('?') ? "" : "/";
        string body = await host.Client.GetStringAsync($"/api/2/things/{Examples.Pump}{separator}{path}");

        Assert.Equal(expected, body);
    }

    [Fact]
    public async Task MetricNamedWithSlash_IsReached_WhenTheSlashIsEncoded()
    {
        host.Grains.Twins[Examples.Mixer] = Examples.Twin(Examples.Mixer, 1, Examples.T0, Examples.Metric("motor/current", 3, Examples.T0));

        string body = await host.Client.GetStringAsync($"/api/2/things/{Examples.Mixer}/features/motor%2Fcurrent/properties/value");

        Assert.Equal("3", body);
    }

    [Fact]
    public async Task NotFiniteNumber_IsNull()
    {
        host.Grains.Twins[Examples.Pump] = Examples.Twin(Examples.Pump, 1, Examples.T0,
            Examples.Metric("vibration", double.PositiveInfinity, Examples.T0));

        Assert.Equal("null", await host.Client.GetStringAsync($"/api/2/things/{Examples.Pump}/features/vibration/properties/value"));
    }

    [Fact]
    public async Task TwinAway_IsAnsweredFromTheIndex_AndSaysSo()
    {
        host.Index.Apply(Examples.Twin(Examples.Pump, 3, Examples.T0));
        host.Grains.TwinFault = new TwinStoreException("away");

        using HttpResponseMessage response = await host.Client.GetAsync($"/api/2/things/{Examples.Pump}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("index", response.Headers.GetValues("X-Millwright-Source").Single());
    }

    [Fact]
    public async Task List_KeepsTheOrderOfIds_AndLeavesOutTheUnknown()
    {
        JsonElement list = await host.GetAsync($"/api/2/things?ids={Examples.Press},none:such,{Examples.Pump}&fields=thingId");

        Assert.Equal([Examples.Press, Examples.Pump], list.EnumerateArray().Select(t => t.GetProperty("thingId").GetString()!));
    }

    [Fact]
    public async Task List_IsOfNamespaces_WhenAsked()
    {
        JsonElement list = await host.GetAsync("/api/2/things?namespaces=acme.paris");

        Assert.Equal(Examples.Mixer, list.EnumerateArray().Single().GetProperty("thingId").GetString());
    }

    [Fact]
    public async Task UnmodelledTwin_IsFlagged()
    {
        host.Index.Apply(Examples.Twin(Examples.Stranger, 1, Examples.T0));

        JsonElement attributes = (await host.GetAsync($"/api/2/things?ids={Examples.Stranger}"))[0].GetProperty("attributes");

        Assert.False(attributes.GetProperty("modelled").GetBoolean());
    }

    [Theory]
    [InlineData("none:such", 404, "things:thing.notfound")]
    [InlineData("nocolon", 400, "things:id.invalid")]
    [InlineData(Examples.Pump + "/attributes/nothing", 404, "things:attribute.notfound")]
    [InlineData(Examples.Pump + "/features/nothing", 404, "things:feature.notfound")]
    public async Task Missing_IsAnsweredInDittosForm(string path, int status, string error)
    {
        (int actual, JsonElement body) = await host.SendAsync(HttpMethod.Get, "/api/2/things/" + path);

        Assert.Equal(status, actual);
        Assert.Equal(error, body.GetProperty("error").GetString());
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.NotEmpty(body.GetProperty("message").GetString()!);
        Assert.NotEmpty(body.GetProperty("description").GetString()!);
    }

    private async Task<(string Quality, HttpStatusCode Status)> QualityAsync(string? ifNoneMatch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/2/things/{Examples.Pump}/features/vibration/properties/quality");
        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        using HttpResponseMessage response = await host.Client.SendAsync(request);
        return (await response.Content.ReadAsStringAsync(), response.StatusCode);
    }
}
