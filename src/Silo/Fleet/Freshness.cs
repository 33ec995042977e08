using Millwright.Plant;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>
/// Judges at reading time whether a last value still counts (law 7). A twin that has gone silent sends no change that could say so;
/// so the reader's clock has to.
/// </summary>
public static class Freshness
{
    /// <summary>One late value is ordinary; a value is stale once this many expected intervals have passed since its event time.</summary>
    public const int Intervals = 3;

    /// <summary>
    /// The first instant at which the metric counts as stale. A metric with an expected interval is judged by that alone: it is more
    /// precise than the idle timeout, which may be shorter. Others are stale while their twin is idle.
    /// </summary>
    public static DateTimeOffset StaleAt(MetricState metric, MetricDefinition? definition, TwinState twin, TimePolicy policy)
    {
        if (definition?.ExpectedInterval is { } interval)
        {
            return Later(metric.EventTime, interval > TimeSpan.MaxValue / Intervals ? TimeSpan.MaxValue : interval * Intervals);
        }

        return IdleAt(twin, policy);
    }

    /// <summary>The first instant at which the twin counts as idle; it has never been anything else before its first sample.</summary>
    public static DateTimeOffset IdleAt(TwinState twin, TimePolicy policy) =>
        twin.IsIdle || twin.Modified is null ? DateTimeOffset.MinValue : Later(twin.Modified.Value, policy.IdleTimeout);

    public static SampleQuality Judge(SampleQuality stored, DateTimeOffset staleAt, DateTimeOffset now) =>
        now >= staleAt ? SampleQuality.Stale : stored;

    private static DateTimeOffset Later(DateTimeOffset instant, TimeSpan by) =>
        DateTimeOffset.MaxValue - instant <= by ? DateTimeOffset.MaxValue : instant + by;
}
