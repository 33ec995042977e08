using Millwright.Core.Detection;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// Live detectors and their shadows. A change of mode has an instant of event time: it happens between the samples before it and those at
/// and after it, however they came and however often they are replayed. So it is no event that must be kept, but a part of the definition.
/// </summary>
internal sealed partial class OrderedStage
{
    // What shadows found last; nobody outside gets to see it.
    private readonly List<Anomaly> unspoken = [];
    private long nextChange = Ticks.Never;
    private long changedAt = Ticks.None;

    /// <summary>How each detector stands, in the order of the definition. Those that are absent and stay so are left out.</summary>
    public IEnumerable<DetectorStatus> Statuses()
    {
        foreach (DetectorSlot slot in detectors)
        {
            DetectorMode last = slot.ModeAt(Ticks.Never);
            if (slot.Mode == DetectorMode.Absent && last == DetectorMode.Absent)
            {
                continue;
            }

            Decision[] decisions = [.. Subjects(slot).Select(slot.Detector.DecisionOf).OfType<Decision>()];
            yield return new DetectorStatus(
                slot.Detector.Identity,
                slot.Mode,
                last == slot.Mode ? null : last,
                slot.Open.Count,
                decisions.Length == 0 ? null : decisions.MaxBy(d => Rank(d.Verdict))!.Verdict,
                decisions.Length == 0 ? null : decisions.Min(d => d.Warmup),
                slot.Tally);
        }
    }

    private IEnumerable<int> Subjects(DetectorSlot slot) => [-1, .. metrics.Where(slot.Watches).Select(m => m.Index)];

    /// <summary>An open anomaly says more than a pending one, and that more than a quiet subject.</summary>
    private static int Rank(DecisionVerdict verdict) => verdict switch
    {
        DecisionVerdict.Active => 4,
        DecisionVerdict.Pending => 3,
        DecisionVerdict.Warming => 2,
        DecisionVerdict.Quiet => 1,
        _ => 0,
    };

    /// <summary>Takes up the modes that hold where event time has come to.</summary>
    private void SeekModes()
    {
        nextChange = Ticks.Never;
        changedAt = Ticks.None;
        foreach (DetectorSlot slot in detectors)
        {
            slot.Mode = slot.ModeAt(Clock);
            slot.Tally ??= slot.Mode == DetectorMode.Shadow ? new ShadowTally() : null;
            nextChange = Math.Min(nextChange, slot.ChangeAfter(Clock));
            changedAt = Math.Max(changedAt, slot.ChangeUpTo(Clock));
        }
    }

    /// <summary>Event time comes to a change of modes, on its way to a sample.</summary>
    private void Change(TwinOutput output)
    {
        long at = nextChange;
        Pass(at, output);
        nextChange = Ticks.Never;
        changedAt = at;
        foreach (IGrouping<string, DetectorSlot> group in detectors.GroupBy(d => d.Detector.Identity.Id).ToList())
        {
            DetectorSlot? before = group.FirstOrDefault(s => s.Mode == DetectorMode.Live);
            bool isChanged = false;
            foreach (DetectorSlot slot in group)
            {
                DetectorMode mode = slot.ModeAt(at);
                isChanged |= mode != slot.Mode;
                slot.Mode = mode;
                nextChange = Math.Min(nextChange, slot.ChangeAfter(at));
            }

            if (isChanged)
            {
                HandOver(before, group.FirstOrDefault(s => s.Mode == DetectorMode.Live), at, output);
                Recount(group);
            }
        }

        mustReport = true;
    }

    /// <summary>
    /// The new live detector speaks from here on. What both have open stays as it was told; what only the old one has open is withdrawn,
    /// and
    /// what only the new one has open is told now; its window shows when it began.
    /// </summary>
    private static void HandOver(DetectorSlot? before, DetectorSlot? after, long at, TwinOutput output)
    {
        if (ReferenceEquals(before, after))
        {
            return;
        }

        foreach (ShadowFinding finding in before?.Open.Values ?? [])
        {
            if (after?.Open.ContainsKey(finding.Begun.Metric) != true)
            {
                output.Anomalies.Add(finding.Begun with { IsRaised = false, IsWithdrawn = true, EventTime = Ticks.ToInstant(at) });
            }
        }

        foreach (ShadowFinding finding in after?.Open.Values ?? [])
        {
            if (before?.Open.ContainsKey(finding.Begun.Metric) != true)
            {
                // Not with the time at which it began: after a rollback that alert may have been told before, and has ended.
                // And without its counterfactual, which was never tried.
                output.Anomalies.Add(finding.Begun with { EventTime = Ticks.ToInstant(at), CounterfactualValue = null });
            }
        }
    }

    private static void Recount(IEnumerable<DetectorSlot> group)
    {
        foreach (DetectorSlot slot in group)
        {
            if (slot.Mode == DetectorMode.Absent)
            {
                slot.Reset();
            }

            slot.Recount();
        }

        foreach (DetectorSlot slot in group.Where(s => s.Mode != DetectorMode.Absent))
        {
            foreach (ShadowFinding finding in slot.Open.Values.ToList())
            {
                Meet(group, slot, finding.Begun);
            }
        }
    }

    /// <summary>Keeps what a detector has just found apart from what goes out, and lays the live one's beside its shadow's.</summary>
    private void Follow(DetectorSlot slot, List<Anomaly> found, int from)
    {
        for (int i = from; i < found.Count; i++)
        {
            ShadowFinding? ended = slot.Follow(found[i]);
            DetectorSlot[] group = GroupOf(slot);
            if (group.Length > 1 && found[i].IsRaised)
            {
                Meet(group, slot, found[i]);
            }

            foreach (DetectorSlot one in ended is null ? [] : group)
            {
                if (one.Tally is { } tally && (one == slot || slot.Mode == DetectorMode.Live))
                {
                    tally.Count(ended!);
                }
            }
        }
    }

    private DetectorSlot[] GroupOf(DetectorSlot slot) =>
        Array.FindAll(detectors, d => d.Mode != DetectorMode.Absent && d.Detector.Identity.Id == slot.Detector.Identity.Id);

    /// <summary>An anomaly is common to both when the other has one open of the same subject, or one of the two is about all
    /// together.</summary>
    private static void Meet(IEnumerable<DetectorSlot> group, DetectorSlot slot, Anomaly begun)
    {
        foreach (DetectorSlot other in group.Where(o => o.Mode != slot.Mode && o.Mode != DetectorMode.Absent))
        {
            foreach (int metric in other.Open.Keys.Where(m => m == begun.Metric || m < 0 || begun.Metric < 0).ToList())
            {
                other.MarkCommon(metric);
                slot.MarkCommon(begun.Metric);
            }
        }
    }
}
