using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>Where the components of an asset are going, and how earlier forecasts of them fared.</summary>
internal static class ForecastApi
{
    public static void MapForecast(this IEndpointRouteBuilder api) => api.MapGet("/things/{id}/forecast", GetAsync)
        .WithQuery()
        .WithTags("maintenance").WithName("getForecast")
        .WithSummary("Health of each component of an asset, its trend, when limits will be crossed, and how past forecasts fared")
        .Produces<ForecastItem>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, [FromServices] IGrainFactory grains, [FromServices] FleetIndex index)
    {
        var query = new QueryReader(context);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (!index.Contains(id))
        {
            return ApiProblem.NoAsset();
        }

        ImmutableArray<AssetForecast> forecasts = await grains.GetGrain<IAssetTwinGrain>(id).GetForecastsAsync();
        return TypedResults.Ok(new ForecastItem(id, [.. forecasts.Select(ComponentItem.Of)]));
    }
}

/// <param name="Components">Those that a detector of wear or a fleet's model watches and has judged.</param>
internal sealed record ForecastItem(string AssetId, IReadOnlyList<ComponentItem> Components);

internal sealed record ComponentItem
{
    public required string Component { get; init; }
    public required string Kind { get; init; }
    public required DateTimeOffset At { get; init; }
    public required double Indicator { get; init; }
    public required double Limit { get; init; }
    public required TrendItem? Trend { get; init; }
    public required CrossingItem? Crossing { get; init; }
    public required RemainingItem? Remaining { get; init; }
    public required RecordItem Record { get; init; }

    public static ComponentItem Of(AssetForecast forecast) => new()
    {
        Component = forecast.Component,
        Kind = forecast.Kind,
        At = forecast.At,
        Indicator = forecast.Indicator,
        Limit = forecast.Limit,
        Trend = forecast is { TrendPerHour: { } trend, TrendReach: { } reach } ? new TrendItem(trend, trend - reach, trend + reach) : null,
        Crossing = forecast is { P10: { } p10, P50: { } p50, P90: { } p90 } ? new CrossingItem(forecast.Crosses, p10, p50, p90) : null,
        Remaining = forecast is { Remaining: { } left, RemainingP10: { } least, RemainingP90: { } most, RemainingUnit: { } unit }
            ? new RemainingItem(unit, least, left, most)
            : null,
        Record = RecordItem.Of(forecast),
    };
}

/// <summary>Per hour, with an 80 % interval.</summary>
internal sealed record TrendItem(double PerHour, double P10, double P90);

/// <param name="Crosses">Name of the limit.</param>
internal sealed record CrossingItem(string Crosses, DateTimeOffset P10, DateTimeOffset P50, DateTimeOffset P90);

/// <param name="Unit">What age is counted in.</param>
internal sealed record RemainingItem(string Unit, double P10, double Expected, double P90);

/// <summary>How past intervals fared. They promise to hold what comes eight times out of ten.</summary>
/// <param name="Coverage">Share that did; null before the first was judged.</param>
internal sealed record RecordItem(long Intervals, long Inside, long Earlier, long Later, double? Coverage)
{
    public static RecordItem Of(AssetForecast forecast)
    {
        long all = forecast.Inside + forecast.Earlier + forecast.Later;
        return new RecordItem(all, forecast.Inside, forecast.Earlier, forecast.Later, all > 0 ? (double)forecast.Inside / all : null);
    }
}
