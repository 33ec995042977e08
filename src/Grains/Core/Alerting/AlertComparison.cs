using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Digests;

namespace Millwright.Core.Alerting;

/// <summary>
/// Two runs over the same time, by what they raised. Two alerts are the same event when they overlap in time and one of them is about the
/// other's subject, or about several together: a detector may name the joint behaviour where another names a metric.
/// </summary>
public static class AlertComparison
{
    /// <summary>What is left of what was told: beginnings and ends, by begin.</summary>
    public static ImmutableArray<AlertEpisode> Episodes(IEnumerable<AlertEvent> told) =>
    [
        .. TwinDigest.NetAlerts(told).Select(n => new AlertEpisode(n.Begun, n.End?.EventTime))
            .OrderBy(e => e.Begin).ThenBy(e => e.Begun.AlertId, StringComparer.Ordinal),
    ];

    /// <summary>For each of <paramref name="these"/> the first of <paramref name="others"/> that is the same event, or null.</summary>
    /// <param name="others">By begin.</param>
    public static ImmutableArray<AlertEpisode?> Match(ImmutableArray<AlertEpisode> these, ImmutableArray<AlertEpisode> others) =>
        [.. these.Select(one => others.FirstOrDefault(other => IsSame(one, other)))];

    private static bool IsSame(AlertEpisode one, AlertEpisode other) =>
        one.Begin <= other.LastKnown && other.Begin <= one.LastKnown
        && (one.Begun.Subject == other.Begun.Subject || one.IsJoint || other.IsJoint);
}
