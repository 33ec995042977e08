using System.Text.Json;
using Millwright.Silo.Tests.Api.Stage;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api;

public sealed class ForecastApiTests : IAsyncLifetime
{
    private ApiHost host = null!;

    public async Task InitializeAsync() => host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Forecast_HasTrendCrossingAndRecord_PerComponent()
    {
        host.Grains.Forecasts[Examples.Pump] =
        [
            new AssetForecast
            {
                Component = "bearing-de", Kind = "wear", At = Examples.T0, Indicator = 0.3, Limit = 0.5, Crosses = "alert",
                TrendPerHour = 0.02, TrendReach = 0.005, P10 = Examples.T0.AddHours(8), P50 = Examples.T0.AddHours(10),
                P90 = Examples.T0.AddHours(14), Inside = 8, Earlier = 1, Later = 1,
            },
            new AssetForecast
            {
                Component = "remaining-life", Kind = "remaining-life", At = Examples.T0, Indicator = 0.1, Limit = 1, Crosses = "failure",
                Remaining = 112, RemainingP10 = 90, RemainingP90 = 125, RemainingUnit = "cycle", Inside = 0, Earlier = 0, Later = 0,
            },
        ];

        JsonElement forecast = await host.GetAsync($"/api/v1/things/{Examples.Pump}/forecast");

        Assert.Equal(Examples.Pump, forecast.GetProperty("assetId").GetString());
        JsonElement wear = forecast.GetProperty("components")[0];
        Assert.Equal("bearing-de", wear.GetProperty("component").GetString());
        Assert.Equal(0.015, wear.GetProperty("trend").GetProperty("p10").GetDouble(), 9);
        Assert.Equal("alert", wear.GetProperty("crossing").GetProperty("crosses").GetString());
        Assert.Equal(0.8, wear.GetProperty("record").GetProperty("coverage").GetDouble(), 9);
        JsonElement life = forecast.GetProperty("components")[1];
        Assert.Equal(112, life.GetProperty("remaining").GetProperty("expected").GetDouble());
        Assert.Equal(JsonValueKind.Null, life.GetProperty("crossing").ValueKind);
        Assert.Equal(JsonValueKind.Null, life.GetProperty("record").GetProperty("coverage").ValueKind);
    }

    [Fact]
    public async Task Forecast_IsNotFound_ForAnUnknownAsset()
    {
        using HttpResponseMessage answer = await host.Client.GetAsync("/api/v1/things/acme:none/forecast");

        using HttpResponseMessage unknown = await host.Client.GetAsync($"/api/v1/things/{Examples.Pump}/forecast?days=3");

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal(400, (int)unknown.StatusCode);
    }
}
