using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>A forecast as bytes of a twin's state: what a finding said of the future when it was made.</summary>
internal static class ForecastState
{
    public static void Save(ComponentForecast? forecast, StateWriter writer)
    {
        writer.Boolean(forecast is not null);
        if (forecast is null)
        {
            return;
        }

        writer.Text(forecast.Component);
        writer.Text(forecast.Kind);
        writer.Instant(forecast.At);
        writer.Double(forecast.Indicator);
        writer.Double(forecast.Limit);
        writer.Text(forecast.Crosses);
        Save(forecast.TrendPerHour, writer);
        Save(forecast.TrendReach, writer);
        Save(forecast.P10, writer);
        Save(forecast.P50, writer);
        Save(forecast.P90, writer);
        Save(forecast.Remaining?.Expected, writer);
        writer.Double(forecast.Remaining?.P10 ?? 0);
        writer.Double(forecast.Remaining?.P90 ?? 0);
        writer.Text(forecast.RemainingUnit);
        writer.Int64(forecast.Inside);
        writer.Int64(forecast.Earlier);
        writer.Int64(forecast.Later);
    }

    public static ComponentForecast? Restore(StateReader reader) => !reader.Boolean() ? null : new ComponentForecast
    {
        Component = reader.Text() ?? "",
        Kind = reader.Text() ?? "",
        At = reader.Instant(),
        Indicator = reader.Double(),
        Limit = reader.Double(),
        Crosses = reader.Text() ?? "",
        TrendPerHour = Number(reader),
        TrendReach = Number(reader),
        P10 = Instant(reader),
        P50 = Instant(reader),
        P90 = Instant(reader),
        Remaining = Remaining(reader),
        RemainingUnit = reader.Text(),
        Inside = reader.Int64(),
        Earlier = reader.Int64(),
        Later = reader.Int64(),
    };

    private static void Save(double? value, StateWriter writer)
    {
        writer.Boolean(value is not null);
        writer.Double(value ?? 0);
    }

    private static void Save(DateTimeOffset? value, StateWriter writer)
    {
        writer.Boolean(value is not null);
        writer.Instant(value ?? default);
    }

    private static double? Number(StateReader reader)
    {
        bool isThere = reader.Boolean();
        double value = reader.Double();
        return isThere ? value : null;
    }

    private static DateTimeOffset? Instant(StateReader reader)
    {
        bool isThere = reader.Boolean();
        DateTimeOffset value = reader.Instant();
        return isThere ? value : null;
    }

    private static RemainingLife? Remaining(StateReader reader)
    {
        double? expected = Number(reader);
        (double p10, double p90) = (reader.Double(), reader.Double());
        return expected is { } life ? new RemainingLife(life, p10, p90) : null;
    }
}
