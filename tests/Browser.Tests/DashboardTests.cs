using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Millwright.Browser.Tests;

/// <summary>The dashboard in a real Chromium, against the real silo, fed over real MQTT.</summary>
[Collection(DashboardCollection.Name)]
public class DashboardTests(DashboardFixture plant)
{
    [Fact]
    public async Task Fleet_ShowsAPublishedValueLive()
    {
        await plant.PublishAsync("press-live", DashboardFixture.Now, ("temperature", 41.5), ("power", 7));
        await using Visitor visitor = await plant.VisitAsync();
        const string Value = "[data-asset='browser:press-live'] [data-metric='temperature']";

        await visitor.GoAsync("fleet");
        await visitor.IsLiveAsync();
        await visitor.SeesAsync(Value, "41.5 °C");
        await plant.PublishAsync("press-live", DashboardFixture.Now, ("temperature", 42.75));

        await visitor.SeesAsync(Value, "42.75 °C");
        await visitor.KeepAsync("fleet");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Asset_ShowsValueHistoryAndWindows_Live()
    {
        DateTimeOffset start = DashboardFixture.Now.AddMinutes(-2);
        for (int i = 0; i < 60; i++)
        {
            await plant.PublishAsync("press-history", start.AddSeconds(2 * i), ("temperature", 40 + Math.Sin(i / 5.0)), ("power", 5));
        }

        await using Visitor visitor = await plant.VisitAsync();

        await visitor.GoAsync("asset/browser%3Apress-history");
        await visitor.SeesAsync("h1", "press-history");
        await visitor.SeesAsync("main", "tumbling 10 s");
        await plant.PublishAsync("press-history", DashboardFixture.Now, ("temperature", 43.25), ("power", 5));

        await visitor.SeesAsync("td[data-metric='temperature']", "43.25 °C");
        await Assertions.Expect(visitor.Find("figure[data-chart='temperature'] canvas")).ToBeVisibleAsync();
        await visitor.KeepAsync("asset");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Asset_ExplainsAFaultLive_WhenItIsPublished()
    {
        await plant.PublishAsync("press-fault", DashboardFixture.Now.AddSeconds(-2), ("temperature", 60), ("power", 5));
        await using Visitor visitor = await plant.VisitAsync(scheme: ColorScheme.Dark);
        await visitor.GoAsync("asset/browser%3Apress-fault");
        await visitor.SeesAsync("main", "No alert yet.");

        await plant.PublishAsync("press-fault", DashboardFixture.Now, ("temperature", 93.5), ("power", 5));

        ILocator alert = visitor.Find("[data-alert]");
        await Visitor.SeesAsync(alert, "PressTooHot");
        await Visitor.SeesAsync(alert, "active");
        await Visitor.SeesAsync(alert, "temperature93.5 °C80 °C100 %");
        await Visitor.SeesAsync(alert, "too-hot (threshold, version");
        await Visitor.SeesAsync(alert, "Would not have fired with");
        await Visitor.SeesAsync(alert, "Check the oil cooler.");
        await Visitor.SeesAsync(alert, "% complete");
        await visitor.SeesAsync("h1", "1 active");
        await visitor.KeepAsync("alert");
        await visitor.GoAsync("fleet");
        await visitor.SeesAsync(".attention", "press-fault PressTooHot");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Incident_IsAcknowledgedAndJudged_ByClick()
    {
        string id = await RaiseAsync("press-incident");
        await using Visitor visitor = await plant.VisitAsync();
        await visitor.GoAsync("incidents");
        ILocator row = visitor.Find($"[data-incident='{id}']");
        await Visitor.SeesAsync(row, "active");

        await visitor.Find("input[aria-label='You are']").FillAsync("Ada");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Acknowledge" }).ClickAsync();

        await Visitor.SeesAsync(row, "acknowledged");
        JsonNode acknowledged = await plant.GetAsync($"/api/v1/incidents/{id}");
        Assert.Equal("acknowledged", (string?)acknowledged["status"]);
        Assert.Equal("Ada", (string?)acknowledged["acknowledgedBy"]);
        await visitor.KeepAsync("incidents");

        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "PressTooHot" }).ClickAsync();
        ILocator nuisance = visitor.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Nuisance" });
        await nuisance.ClickAsync();
        await Assertions.Expect(nuisance).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Equal("nuisance", (string?)(await plant.GetAsync($"/api/v1/incidents/{id}"))["verdict"]);
        await visitor.KeepAsync("incident");
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("energy", "electricity")]
    [InlineData("units", "U-1")]
    [InlineData("units/U-1", "at risk")]
    [InlineData("workorders", "PressTooHot")]
    [InlineData("system", "the fates add up to the total")]
    public async Task Page_ShowsWhatThePlantDid(string page, string text)
    {
        DateTimeOffset now = DashboardFixture.Now;
        await plant.PublishAsync("press-pages", now.AddMinutes(-3), ("temperature", 40), ("power", 5));
        await plant.PublishAsync("press-pages", now, ("temperature", 90), ("power", 5));
        await plant.PublishStepAsync("press-pages", "U-1", now, ("force_max", 55));
        await using Visitor visitor = await plant.VisitAsync();

        await visitor.GoAsync(page);

        await visitor.SeesAsync("main", text);
        await visitor.IsLiveAsync();
        await visitor.KeepAsync(page.Replace('/', '-'));
        visitor.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData("fleet")]
    [InlineData("asset/browser%3Apress-phone")]
    [InlineData("incidents")]
    [InlineData("energy")]
    [InlineData("units")]
    [InlineData("workorders")]
    [InlineData("system")]
    public async Task Phone_ShowsThePageWithoutScrollingSideways(string page)
    {
        await plant.PublishAsync("press-phone", DashboardFixture.Now, ("temperature", 50), ("power", 5));
        await using Visitor visitor = await plant.VisitAsync(390, 844, ColorScheme.Dark);

        await visitor.GoAsync(page);
        await Assertions.Expect(visitor.Find("main h1")).ToBeVisibleAsync();
        await visitor.IsLiveAsync();

        Assert.Equal(390, await visitor.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await visitor.KeepAsync("phone-" + page.Split('/')[0]);
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Value_TurnsStale_WhenItsSourceFallsSilent()
    {
        await plant.PublishAsync("tank-stale", DashboardFixture.Now, ("level", 3.5));
        await using Visitor visitor = await plant.VisitAsync();

        await visitor.GoAsync("fleet");

        await visitor.SeesAsync("[data-asset='browser:tank-stale'] [data-metric='level'] .value.stale", "3.5 mstale");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task EveryValue_SaysNotLive_WhenTheLinkIsLost()
    {
        await plant.PublishAsync("press-offline", DashboardFixture.Now, ("temperature", 50), ("power", 5));
        await using Visitor visitor = await plant.VisitAsync();
        await visitor.GoAsync("asset/browser%3Apress-offline");
        await visitor.IsLiveAsync();
        await visitor.SeesAsync("td[data-metric='temperature']", "50 °C");

        await visitor.Context.SetOfflineAsync(true);

        await visitor.SeesAsync("#link", "Not live since");
        const string Mark = "getComputedStyle(document.querySelector(\"td[data-metric='temperature'] .value\"), '::after').content";
        Assert.Equal("\" not live\"", await visitor.Page.EvaluateAsync<string>(Mark));
        const string Badge = "getComputedStyle(document.querySelector('.badge'), '::before').content";
        Assert.Equal("\"was \"", await visitor.Page.EvaluateAsync<string>(Badge));
        await visitor.KeepAsync("not-live");

        await visitor.Context.SetOfflineAsync(false);
        await visitor.IsLiveAsync();
        Assert.Equal("none", await visitor.Page.EvaluateAsync<string>(Mark));
    }

    [Fact]
    public async Task UnknownAsset_IsSaidClearly()
    {
        await using Visitor visitor = await plant.VisitAsync();

        await visitor.GoAsync("asset/browser%3Anobody");

        await visitor.SeesAsync("main", "There is no asset browser:nobody.");
        visitor.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Keyboard_ReachesAnAsset()
    {
        await using Visitor visitor = await plant.VisitAsync();
        await visitor.GoAsync("fleet");
        ILocator card = visitor.Find("[data-asset='browser:press-live']");

        await card.FocusAsync();
        await plant.PublishAsync("press-live", DashboardFixture.Now, ("power", 9.5));
        await Visitor.SeesAsync(card, "9.5 kW");
        await visitor.Page.Keyboard.PressAsync("Enter");

        await visitor.SeesAsync("h1", "press-live");
        visitor.AssertNothingWentWrong();
    }

    private async Task<string> RaiseAsync(string asset)
    {
        await plant.PublishAsync(asset, DashboardFixture.Now.AddSeconds(-1), ("temperature", 60), ("power", 5));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/incidents?asset=browser:{asset}", UriKind.Relative));
        request.Headers.Accept.ParseAdd("text/event-stream");
        using HttpResponseMessage response = await plant.Api.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        await plant.PublishAsync(asset, DashboardFixture.Now, ("temperature", 91), ("power", 5));

        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Visitor.Patience));
        while (await events.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith("data: {\"id\"", StringComparison.Ordinal))
            {
                return (string)JsonNode.Parse(line["data: ".Length..])!["id"]!;
            }
        }

        throw new InvalidOperationException("The silo ended the stream of incidents.");
    }
}
