namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: lay a ruler along the newest part of an indicator's life and see where it meets the limit; tilt the ruler as far as the
/// points allow, to see how early and how late that could be.
///
/// Method: least squares over the newest 32 points. The errors of neighbours resemble each other; their variance is widened by (1 + r) /
/// (1 − r), r being the correlation of one with the next. The mean line at time t has the variance v0 + v1·(t − t̄)²; a crossing is not
/// later than t with the probability that the line is at the limit there. Its 10 %, 50 % and 90 % points are where line + z σ, line and
/// line − z σ meet the limit, each a root of a quadratic; z is 1.28, or what the record of past intervals asks for.
///
/// Trap: with a slope that could as well be zero, the 90 % point does not exist: it may never cross. Then we say so, rather than a year.
///
/// Source: inverse regression, Fieller (1954); autocorrelated errors after Bartlett (1935).
/// </summary>
internal sealed record Trend
{
    public const int Newest = 32;

    /// <summary>Fewer points have no spread to speak of.</summary>
    public const int Fewest = 8;

    private const double MostCorrelation = 0.9;

    public required double Middle { get; init; }

    /// <summary>Of the line at <see cref="Middle"/>.</summary>
    public required double Level { get; init; }

    public required double SlopePerSecond { get; init; }

    public required double LevelVariance { get; init; }

    public required double SlopeVariance { get; init; }

    /// <summary>Null while there are too few points.</summary>
    public static Trend? Of(TrendSeries series)
    {
        int count = Math.Min(Newest, series.Count);
        if (count < Fewest)
        {
            return null;
        }

        int first = series.Count - count;
        double middle = 0;
        double level = 0;
        for (int i = 0; i < count; i++)
        {
            middle += series[first + i].Seconds / count;
            level += series[first + i].Level / count;
        }

        double squares = 0;
        double product = 0;
        for (int i = 0; i < count; i++)
        {
            double away = series[first + i].Seconds - middle;
            squares += away * away;
            product += away * (series[first + i].Level - level);
        }

        return squares > 0 ? Fitted(series, first, new Trend
        {
            Middle = middle,
            Level = level,
            SlopePerSecond = product / squares,
            LevelVariance = 1.0 / count,
            SlopeVariance = 1 / squares,
        }) : null;
    }

    /// <summary>The instants, in seconds of the series, by which the limit is reached with 10, 50 and 90 %; null where it may never be.</summary>
    /// <param name="reach">Standard deviations that make the 10 % and 90 % points.</param>
    public (double? P10, double? P50, double? P90) Crossing(double limit, double reach) =>
        (Root(limit, reach), SlopePerSecond > 0 ? Middle + ((limit - Level) / SlopePerSecond) : null, Root(limit, -reach));

    private static Trend Fitted(TrendSeries series, int first, Trend line)
    {
        double errors = 0;
        double neighbours = 0;
        double last = 0;
        for (int i = first; i < series.Count; i++)
        {
            double error = series[i].Level - line.Level - (line.SlopePerSecond * (series[i].Seconds - line.Middle));
            errors += error * error;
            neighbours += i > first ? error * last : 0;
            last = error;
        }

        int count = series.Count - first;
        double correlation = errors > 0 ? Math.Clamp(neighbours / errors, 0, MostCorrelation) : 0;
        double variance = errors / (count - 2) * (1 + correlation) / (1 - correlation);
        return line with { LevelVariance = line.LevelVariance * variance, SlopeVariance = line.SlopeVariance * variance };
    }

    /// <summary>The instant after which line + reach × σ stays at or above the limit; null when there is none.</summary>
    private double? Root(double limit, double reach)
    {
        // (y + b u)² = z² (v0 + v1 u²), u counted from the middle, y the line's distance from the limit there.
        double y = Level - limit;
        double a = (SlopePerSecond * SlopePerSecond) - (reach * reach * SlopeVariance);
        double b = y * SlopePerSecond;
        double c = (y * y) - (reach * reach * LevelVariance);
        double inside = (b * b) - (a * c);
        if (SlopePerSecond <= 0 || a <= 0 || inside < -1e-9 * b * b)
        {
            return null;
        }

        // On an exact line both terms are equal, but for their last digits.
        inside = Math.Max(0, inside);

        // The earlier root belongs to the upper edge of the band, the later one to the lower edge.
        double root = (-b + (reach > 0 ? -Math.Sqrt(inside) : Math.Sqrt(inside))) / a;
        return Middle + root;
    }
}
