using System.Text.Json;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Api;

public sealed class SearchApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Theory]
    [InlineData("", 3)]
    [InlineData("?filter=eq(attributes/line,\"L1\")", 2)]
    [InlineData("?filter=and(eq(attributes/line,\"L1\"),gt(attributes/criticality,2))", 1)]
    [InlineData("?namespaces=acme.paris,acme.nowhere", 1)]
    public async Task Count_IsOfTheThingsThatMatch(string query, int expected) =>
        Assert.Equal(expected, (await host.GetAsync("/api/2/search/things/count" + query)).GetInt32());

    [Theory]
    [InlineData("sort(-attributes/criticality)", Examples.Mixer, Examples.Pump, Examples.Press)]
    [InlineData("sort(%2Battributes/line,-thingId)", Examples.Pump, Examples.Press, Examples.Mixer)]
    [InlineData("sort(+attributes/line,-thingId)", Examples.Pump, Examples.Press, Examples.Mixer)]
    [InlineData("size(3)", Examples.Press, Examples.Pump, Examples.Mixer)]
    public async Task Things_ComeInTheOrderAskedFor(string option, params string[] expected) =>
        Assert.Equal(expected, await IdsAsync(option));

    [Fact]
    public async Task Cursor_GoesOnBehindTheLastItem_WhenThingsComeBetweenPages()
    {
        JsonElement first = await host.GetAsync("/api/2/search/things?option=sort(-attributes/criticality),size(1)&fields=thingId");
        host.Index.Apply(Examples.Twin(Examples.Stranger, 1, Examples.T0));
        string cursor = first.GetProperty("cursor").GetString()!;

        JsonElement second = await host.GetAsync($"/api/2/search/things?option=sort(-attributes/criticality),size(5),cursor({cursor})&fields=thingId");

        Assert.Equal([Examples.Pump, Examples.Press, Examples.Stranger], Ids(second));
        Assert.False(second.TryGetProperty("cursor", out _));
    }

    [Fact]
    public async Task Cursor_IsRefused_WhenSortOrFilterChanged()
    {
        string cursor = (await host.GetAsync("/api/2/search/things?option=size(1)")).GetProperty("cursor").GetString()!;

        (int sorted, JsonElement body) = await host.SendAsync(HttpMethod.Get,
            $"/api/2/search/things?option=size(1),sort(-thingId),cursor({cursor})");
        (int filtered, _) = await host.SendAsync(HttpMethod.Get, $"/api/2/search/things?filter=exists(thingId)&option=cursor({cursor})");

        Assert.Equal((400, 400), (sorted, filtered));
        Assert.Equal("search.cursor.invalid", body.GetProperty("error").GetString());
    }

    [Fact]
    public async Task EveryThing_IsSeenOnce_WhenPagedOneByOne()
    {
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            JsonElement page = await host.GetAsync("/api/2/search/things?option=size(1),sort(+attributes/line)"
                + (cursor is null ? "" : $",cursor({cursor})"));
            seen.AddRange(Ids(page));
            cursor = page.TryGetProperty("cursor", out JsonElement next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal([Examples.Press, Examples.Pump, Examples.Mixer], seen);
    }

    [Fact]
    public async Task StaleValue_IsFoundBySearch_WhenTimePasses()
    {
        host.Index.Apply(Examples.Twin(Examples.Pump, 1, Examples.T0, Examples.Metric("vibration", 1, Examples.T0)));
        const string Query = "/api/2/search/things/count?filter=eq(features/vibration/properties/quality,\"good\")";
        int before = (await host.GetAsync(Query)).GetInt32();

        host.Time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal((1, 0), (before, (await host.GetAsync(Query)).GetInt32()));
    }

    private async Task<string[]> IdsAsync(string option) => Ids(await host.GetAsync("/api/2/search/things?option=" + option));

    private static string[] Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("thingId").GetString()!)];
}
