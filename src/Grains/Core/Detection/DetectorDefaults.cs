using System.Collections.Immutable;
using Millwright.Core.Detection.Combined;

namespace Millwright.Core.Detection;

/// <summary>
/// The detectors of an asset for which nobody configured any. Stuck is among them because it learns what standing still is normal; silence
/// is only where the model says how often a metric speaks: guessing that would cry at every pause.
/// </summary>
public static class DetectorDefaults
{
    /// <summary>Silence after this many missed samples: two lost ones are a radio link, not a fault.</summary>
    private const double MissedIntervals = 5;
    private const double ShortestSilence = 5;

    /// <param name="intervals">For each numeric metric its index and the expected interval of its samples, null when unknown.</param>
    public static ImmutableArray<DetectorDefault> For(IReadOnlyList<KeyValuePair<int, TimeSpan?>> intervals)
    {
        if (intervals.Count == 0)
        {
            return [];
        }

        ImmutableArray<int> metrics = [.. intervals.Select(pair => pair.Key).Order()];
        ImmutableArray<DetectorDefault>.Builder defaults = ImmutableArray.CreateBuilder<DetectorDefault>();
        defaults.Add(Of(CombinedParameters.Name, "default-combined", metrics));
        defaults.Add(Of(StuckParameters.Name, "default-stuck", metrics));

        if (metrics.Length >= HealthParameters.MinMetrics)
        {
            defaults.Add(Health([.. metrics.Take(HealthParameters.MaxMetrics)], intervals));
        }

        // One detector per timeout, its id made of the timeout, so that ids do not depend on which metrics exist.
        foreach (IGrouping<double, int> group in intervals
            .Where(pair => pair.Value is not null)
            .GroupBy(pair => Math.Max(ShortestSilence, MissedIntervals * pair.Value!.Value.TotalSeconds), pair => pair.Key)
            .OrderBy(group => group.Key))
        {
            string id = FormattableString.Invariant($"default-silence-{group.Key:0.###}s");
            defaults.Add(Of(SilenceParameters.Name, id, [.. group.Order()], KeyValuePair.Create("timeout", Math.Min(group.Key, 604_800))));
        }

        return defaults.ToImmutable();
    }

    private static DetectorDefault Health(ImmutableArray<int> metrics, IReadOnlyList<KeyValuePair<int, TimeSpan?>> intervals)
    {
        double slowest = intervals.Max(pair => pair.Value?.TotalSeconds ?? HealthParameters.ShortestCell);
        double every = Math.Clamp(slowest, HealthParameters.ShortestCell, 86_400);
        return Of(HealthParameters.Name, "default-health", metrics, KeyValuePair.Create("every", every));
    }

    private static DetectorDefault Of(
        string kind,
        string id,
        ImmutableArray<int> metrics,
        params KeyValuePair<string, double>[] parameters) =>
        new(new DetectorIdentity(id, kind, "1"), metrics, parameters.ToImmutableDictionary(StringComparer.Ordinal));
}
