using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>An indicator's way to its limits: the series, the forecast that it gives, and the record of those it gave.</summary>
internal sealed class WearTrend
{
    /// <summary>A forecast reaches no further than so many times the life seen so far: beyond it a ruler is a guess.</summary>
    private const double Horizon = 2;

    private readonly TrendSeries series = new();
    private readonly IntervalRecord record = new();
    private DateTimeOffset lastAt;
    private double lastLevel;
    private bool hasLevel;

    /// <param name="level">The indicator.</param>
    /// <param name="lasting">The level that it has held for long enough to count as reached.</param>
    /// <param name="limit">What is next on its way; not crossed yet.</param>
    public void Observe(DateTimeOffset instant, double level, double lasting, double limit)
    {
        (lastAt, lastLevel, hasLevel) = (instant, level, true);
        record.Observe(instant, lasting);
        if (series.Add(instant, level) && lasting < limit && Crossing(limit) is { P10: { } p10, P90: { } p90 })
        {
            record.Publish(limit, p10, p90);
        }
    }

    public ComponentForecast? Forecast(string component, double limit, string crosses)
    {
        if (!hasLevel)
        {
            return null;
        }

        Trend? trend = Trend.Of(series);
        (DateTimeOffset? p10, DateTimeOffset? p50, DateTimeOffset? p90) = Crossing(limit);
        return new ComponentForecast
        {
            Component = component,
            Kind = "wear",
            At = lastAt,
            Indicator = lastLevel,
            Limit = limit,
            Crosses = crosses,
            TrendPerHour = trend?.SlopePerSecond * 3600,
            TrendReach = trend is null ? null : record.Reach * Math.Sqrt(trend.SlopeVariance) * 3600,
            P10 = p10,
            P50 = p50,
            P90 = p90,
            Inside = record.Inside,
            Earlier = record.Earlier,
            Later = record.Later,
        };
    }

    public void Save(StateWriter writer)
    {
        writer.Instant(lastAt);
        writer.Double(lastLevel);
        writer.Boolean(hasLevel);
        series.Save(writer);
        record.Save(writer);
    }

    public void Restore(StateReader reader)
    {
        lastAt = reader.Instant();
        lastLevel = reader.Double();
        hasLevel = reader.Boolean();
        series.Restore(reader);
        record.Restore(reader);
    }

    /// <summary>All or none: an interval without its end is no forecast, and one that begins beyond the horizon neither.</summary>
    private (DateTimeOffset? P10, DateTimeOffset? P50, DateTimeOffset? P90) Crossing(double limit)
    {
        if (Trend.Of(series)?.Crossing(limit, record.Reach) is not ({ } p10, { } p50, { } p90))
        {
            return default;
        }

        double now = series.SecondsOf(lastAt);
        double farthest = now + (now * Horizon);

        if (p50 > farthest)
        {
            return default;
        }

        // The line can lie beyond the limit already while the lasting level does not: then the crossing is due.
        return (series.At(Math.Clamp(p10, now, farthest)), series.At(Math.Clamp(p50, now, farthest)), series.At(Math.Max(p90, now)));
    }
}
