using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>Stored state of <c>IncidentGrain</c>; state name <c>incident</c>.</summary>
public sealed class IncidentEntity
{
    public const string StateName = "incident";

    /// <summary>Most ids in <see cref="RecentIds"/>.</summary>
    public const int MaxRecent = 256;

    public IncidentState? State { get; set; }

    /// <summary>
    /// Ids of the newest events taken, oldest first: by them a repetition is known. Sequences would not do: after a fall back to an older
    /// checkpoint a twin counts on from there.
    /// </summary>
    public ImmutableArray<string> RecentIds { get; set; } = [];

    /// <summary>The sequence of each of them.</summary>
    public ImmutableArray<long> RecentSequences { get; set; } = [];

    /// <summary>Highest sequence of the events whose ids are no longer kept; of states older than the ids, of all.</summary>
    public long LastSequence { get; set; } = -1;

    /// <summary>The work order was closed because all alerts were retracted.</summary>
    public bool IsWorkWithdrawn { get; set; }

    /// <summary>
    /// Whether an event is to be folded. One that the alert store had already, but this state has not, was cut short between the two and
    /// is folded now; only when it is older than the ids kept, nobody can tell, and it is taken for a repetition.
    /// </summary>
    public bool IsNew(AlertEvent alert, bool isNewToStore) =>
        !RecentIds.Contains(alert.Id) && (isNewToStore || alert.Sequence > LastSequence);

    public void Remember(AlertEvent alert)
    {
        RecentIds = RecentIds.Add(alert.Id);
        RecentSequences = RecentSequences.Add(alert.Sequence);
        if (RecentIds.Length > MaxRecent)
        {
            LastSequence = Math.Max(LastSequence, RecentSequences[0]);
            RecentIds = RecentIds.RemoveAt(0);
            RecentSequences = RecentSequences.RemoveAt(0);
        }
    }
}
