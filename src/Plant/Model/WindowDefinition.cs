using System.Globalization;

namespace Millwright.Plant;

public sealed record WindowDefinition
{
    /// <summary>Most quantiles of one window.</summary>
    public const int MaxQuantiles = 8;

    /// <summary>Most samples of a count window.</summary>
    public const int MaxSamples = 100_000;

    /// <summary>
    /// <c>tumbling</c>, <c>hopping</c>, <c>session</c>, <c>sliding</c>, <c>count</c>, <c>state</c>, <c>tumbling-by-state</c> or
    /// <c>hopping-by-state</c>.
    /// </summary>
    public required string Kind { get; init; }

    /// <summary>Tumbling, hopping and sliding: 1 s to 7 d.</summary>
    public TimeSpan Size { get; init; }

    /// <summary>Hopping: divides the size.</summary>
    public TimeSpan Hop { get; init; }

    /// <summary>Session: exclusive; a pause of exactly this length keeps the session open.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Count: how many samples, 1 to <see cref="MaxSamples"/>.</summary>
    public int Samples { get; init; }

    /// <summary>Count: false for the last so many at every sample, true for every so many.</summary>
    public bool IsEvery { get; init; }

    /// <summary>Sliding, count and state: the operating states whose samples are taken. Empty means all.</summary>
    public IReadOnlyList<string> States { get; init; } = [];

    /// <summary>
    /// Beside the default ones (count, sum, minimum, maximum, mean, standard deviation, first, last): <c>rms</c>, <c>kurtosis</c>,
    /// <c>p95</c> and other quantiles, <c>rate</c>, <c>counter-rate</c>, <c>time-weighted-mean</c>.
    /// </summary>
    public IReadOnlyList<string> Aggregates { get; init; } = [];

    /// <summary>Empty means all numeric metrics.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>0.95 for <c>p95</c>, 0.999 for <c>p99.9</c>; null for what is no quantile above 0 and below 1.</summary>
    public static double? Quantile(string name) =>
        name.StartsWith('p') && decimal.TryParse(name.AsSpan(1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal p)
        && p is > 0 and < 100 && decimal.Round(p, 4) == p ? (double)(p / 100) : null;
}
