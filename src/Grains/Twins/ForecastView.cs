using System.Collections.Immutable;
using Millwright.Core.Prognosis;
using Millwright.Core.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>The core's forecasts in the words of the contracts.</summary>
internal static class ForecastView
{
    public static ImmutableArray<AssetForecast> Of(TwinEngine engine) => [.. engine.Forecasts().Select(Of)];

    private static AssetForecast Of(ComponentForecast forecast) => new()
    {
        Component = forecast.Component,
        Kind = forecast.Kind,
        At = forecast.At,
        Indicator = forecast.Indicator,
        Limit = forecast.Limit,
        Crosses = forecast.Crosses,
        TrendPerHour = forecast.TrendPerHour,
        TrendReach = forecast.TrendReach,
        P10 = forecast.P10,
        P50 = forecast.P50,
        P90 = forecast.P90,
        Remaining = forecast.Remaining?.Expected,
        RemainingP10 = forecast.Remaining?.P10,
        RemainingP90 = forecast.Remaining?.P90,
        RemainingUnit = forecast.RemainingUnit,
        Inside = forecast.Inside,
        Earlier = forecast.Earlier,
        Later = forecast.Later,
    };
}
