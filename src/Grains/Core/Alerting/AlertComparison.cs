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
    /// <param name="these">By begin.</param>
    /// <param name="others">By begin.</param>
    public static ImmutableArray<AlertEpisode?> Match(ImmutableArray<AlertEpisode> these, ImmutableArray<AlertEpisode> others)
    {
        int[] all = [.. Enumerable.Range(0, others.Length)];
        var any = new Lane(others, all);
        var joint = new Lane(others, [.. all.Where(i => others[i].IsJoint)]);
        Dictionary<string, Lane> own = all.GroupBy(i => others[i].Begun.Subject, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => new Lane(others, [.. g]), StringComparer.Ordinal);
        return
        [
            .. these.Select(one =>
            {
                int first = one.IsJoint
                    ? any.First(one)
                    : Math.Min(joint.First(one), own.GetValueOrDefault(one.Begun.Subject)?.First(one) ?? int.MaxValue);
                return first == int.MaxValue ? null : others[first];
            }),
        ];
    }

    /// <summary>
    /// Some of the episodes, by begin, for questions that come by begin too: what has ended before one question has ended before the next,
    /// so all questions together pass over the lane once.
    /// </summary>
    private sealed class Lane(ImmutableArray<AlertEpisode> episodes, int[] places)
    {
        private int head;

        /// <summary>Place of the first that overlaps it in time; the largest number for none.</summary>
        public int First(AlertEpisode one)
        {
            while (head < places.Length && episodes[places[head]].LastKnown < one.Begin)
            {
                head++;
            }

            return head < places.Length && episodes[places[head]].Begin <= one.LastKnown ? places[head] : int.MaxValue;
        }
    }
}
