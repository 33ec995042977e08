namespace Millwright.Plant.Loading;

/// <summary>
/// What windows of one list must be to each other. Several rules may ask for the same windows: what they want is then computed together, as
/// far as there is room. Others would give one metric two results that nobody could tell apart, for a result is known by metric, kind, size
/// and start.
/// </summary>
internal static class WindowClashes
{
    /// <summary>The first fault of a window beside those before it, as a sentence; empty for none.</summary>
    public static string Of(WindowDefinition window, IReadOnlyList<WindowDefinition> before)
    {
        WindowDefinition[] beside = [.. before.Where(b => b.Kind == window.Kind && SharesMetric(b, window))];
        if (window.Kind == "session" && Array.Find(beside, b => b.Gap != window.Gap) is { } session)
        {
            return $"A metric has sessions of one gap: there are those of {session.Gap} already.";
        }

        if (window.Kind is "hopping" or "hopping-by-state"
            && Array.Find(beside, b => b.Size == window.Size && b.Hop != window.Hop) is { } hopping)
        {
            return $"Hopping windows of one size have one hop: there are those of {hopping.Size} by {hopping.Hop} already.";
        }

        WindowDefinition[] same = [.. beside.Where(b => IsSame(b, window)), window];
        return same.SelectMany(w => w.Metrics.Count == 0 ? [""] : w.Metrics).Distinct(StringComparer.Ordinal)
            .Any(metric => QuantilesOf(same.Where(w => w.Metrics.Count == 0 || w.Metrics.Contains(metric, StringComparer.Ordinal))) >
                WindowDefinition.MaxQuantiles)
            ? $"Together with those before it this window has more than {WindowDefinition.MaxQuantiles} quantiles of one metric."
            : "";
    }

    private static bool SharesMetric(WindowDefinition one, WindowDefinition other) =>
        one.Metrics.Count == 0 || other.Metrics.Count == 0 || one.Metrics.Intersect(other.Metrics, StringComparer.Ordinal).Any();

    /// <summary>They cut the same windows.</summary>
    private static bool IsSame(WindowDefinition one, WindowDefinition other) =>
        one.Size == other.Size && one.Samples == other.Samples && one.IsEvery == other.IsEvery
        && (one.Kind == "state" || one.States.SequenceEqual(other.States, StringComparer.Ordinal));

    private static int QuantilesOf(IEnumerable<WindowDefinition> windows) =>
        windows.SelectMany(w => w.Aggregates).Select(WindowDefinition.Quantile).OfType<double>().Distinct().Count();
}
