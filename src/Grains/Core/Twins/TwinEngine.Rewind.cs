using System.Collections.Immutable;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// Late samples. Intuition: what detectors have learned cannot be unlearned, but it can be learned again from a moment before.
///
/// Method: on a grid of one allowed lateness the ordered stage is kept as bytes, the two newest of them, so that one is always older than
/// any sample that may still be amended. A late sample that makes no difference to what was observed after it joins in place. Any other
/// only marks the instant from which on all is in doubt; once, at the end of the batch, the stage goes back to the snapshot before it and
/// observes again what history has, in the order of event time. The alert book and the energy book are told the difference.
///
/// Trap: a storm of late samples must not buy unbounded work. A rewind costs as many credits as it replays samples; each sample that comes
/// earns a few. While they do not suffice the doubt stands and live samples are judged on, as if the late ones were not there.
///
/// Source: optimistic simulation calls it time warp (Jefferson 1985).
/// </summary>
public sealed partial class TwinEngine
{
    /// <summary>Samples that may be replayed for each one that came: what a storm of late samples may cost at most.</summary>
    internal const int CreditPerSample = 4;

    /// <summary>Credits for each look at the clock: a resting twin settles its doubts too.</summary>
    internal const int CreditPerLook = 2_000;

    /// <summary>Credits a twin may have saved, so that a rare late sample is shown at once.</summary>
    internal const int MaxCredit = 32_768;

    private readonly List<StageSnapshot> snapshots = [];
    private readonly List<(ClosedInterval Interval, long FoundAt)> intervals = [];
    private readonly RewindSpan span;
    private readonly long allowedLateness;
    private readonly long spacing;
    private long doubtFrom = Ticks.Never;
    private long nextSnapshot = Ticks.None;
    private long observed;
    private long credit = MaxCredit;
    private bool givesUp;

    /// <summary>Rewinds since this object was made.</summary>
    public long Rewinds { get; private set; }

    /// <summary>Samples observed again by rewinds.</summary>
    public long Replayed { get; private set; }

    /// <summary>How often the span had to be cut short because it held too many samples.</summary>
    public long SpansCut { get; private set; }

    /// <summary>Late samples have come that are not shown yet.</summary>
    public bool IsInDoubt => doubtFrom != Ticks.Never;

    /// <summary>No rewind goes back further: what was found before this instant is final.</summary>
    public DateTimeOffset FinalBefore => snapshots.Count == 0 ? DateTimeOffset.MinValue : Ticks.ToInstant(snapshots[0].Ticks);

    /// <summary>
    /// To be called at the end of a batch: shows late samples, if credits allow, and says what the clock claims. With
    /// <paramref name="force"/> nothing is in doubt after it.
    /// </summary>
    public bool CatchUp(TwinOutput output, bool force = false)
    {
        bool changed = false;
        if (IsInDoubt)
        {
            StageSnapshot target = snapshots[SnapshotBefore(doubtFrom)];
            if (force || credit >= observed - target.Observed)
            {
                Rewind(output);
                changed = true;
            }
        }

        if (ordered.CollectOverdue(output.Overdue))
        {
            output.IsOverdueChanged = true;
            changed = true;
        }

        return changed;
    }

    /// <summary>A good sample in its turn, or one that comes after it.</summary>
    private void Release(in HeldSample sample, TwinOutput output)
    {
        if (!ordered.IsOrderSensitive)
        {
            return;
        }

        if (sample.Ticks <= ordered.Clock)
        {
            ReleaseLate(sample, output);
            return;
        }

        if (sample.Ticks >= nextSnapshot)
        {
            Cross(sample.Ticks, output);
        }

        Earn(sample);
        int closed = output.Consumption.Count;
        ordered.Observe(sample, output);
        if (output.Consumption.Count > closed)
        {
            Remember(output, closed, sample.Ticks);
        }
    }

    private void ReleaseLate(in HeldSample sample, TwinOutput output)
    {
        if (sample.Ticks < snapshots[0].Ticks || (sample.Ticks < watermark && watermark - sample.Ticks >= allowedLateness))
        {
            // Windows longer than the lateness still take it; detectors do not, also not when another sample rewinds them.
            Unjudged++;
            span.SetAside(sample.Ticks, sample.Metric);
            return;
        }

        Earn(sample);
        if (sample.Ticks >= doubtFrom)
        {
            return;
        }

        int found = output.Anomalies.Count;
        int closed = output.Consumption.Count;
        bool joined = sample.Ticks >= snapshots[^1].Ticks && ordered.TryJoin(sample, output);
        if (!joined || output.Anomalies.Count > found || output.Consumption.Count > closed)
        {
            Remember(output, closed, ordered.Clock);
            doubtFrom = sample.Ticks;
        }
    }

    private void Earn(in HeldSample sample)
    {
        observed++;
        credit = Math.Min(credit + CreditPerSample, MaxCredit);
        if (sample.Text is not null)
        {
            span.Add(sample);
            BoundSpan();
        }
    }

    private void BoundSpan()
    {
        if (span.Count > RewindSpan.MaxSamples)
        {
            givesUp = true;
            nextSnapshot = Ticks.None;
        }
    }

    /// <summary>Event time comes to a new place on the grid: snapshots are taken of what is certain only.</summary>
    private void Cross(long ticks, TwinOutput output)
    {
        if (IsInDoubt)
        {
            Rewind(output);
        }

        if (givesUp)
        {
            givesUp = false;
            SpansCut++;
            snapshots.Clear();
            snapshots.Add(new StageSnapshot(ticks, observed, ordered.Snapshot()));
            nextSnapshot = Ticks.Floor(ticks, spacing, 0) + spacing;
            DropOld();
        }
        else if (ticks >= nextSnapshot)
        {
            TakeSnapshot(ticks);
        }
    }

    private void TakeSnapshot(long ticks)
    {
        long place = Ticks.Floor(ticks, spacing, 0);
        if (snapshots.Count == 0)
        {
            snapshots.Add(new StageSnapshot(Ticks.None, 0, []));
        }
        else if (nextSnapshot != Ticks.None)
        {
            snapshots.Add(new StageSnapshot(place, observed, ordered.Snapshot()));
        }

        nextSnapshot = place + spacing;
        if (snapshots.Count > 2)
        {
            snapshots.RemoveAt(0);
            DropOld();
        }
    }

    private void DropOld()
    {
        long oldest = snapshots[0].Ticks;
        span.DropBefore(oldest);
        intervals.RemoveAll(i => i.FoundAt < oldest);
    }

    private void Rewind(TwinOutput output)
    {
        int at = SnapshotBefore(doubtFrom);
        StageSnapshot target = snapshots[at];
        snapshots.RemoveRange(at + 1, snapshots.Count - at - 1);
        long through = ordered.Clock;
        HeldSample[] samples = span.Collect(target.Ticks, through, buffer);
        DateTimeOffset back = Ticks.ToInstant(target.Ticks);
        output.Anomalies.RemoveAll(a => a.FoundAt >= back);
        output.RewoundTo = output.RewoundTo is { } before && before < back ? before : back;
        int closed = output.Consumption.Count;
        ordered.Rewind(target.State);
        observed = target.Observed;
        nextSnapshot = target.Ticks == Ticks.None ? Ticks.None : Ticks.Floor(target.Ticks, spacing, 0) + spacing;
        List<(ClosedInterval, long)> again = Replay(samples, output);
        output.Consumption.RemoveRange(closed, output.Consumption.Count - closed);
        ordered.KeepWaits();
        Reissue(again, target.Ticks, output);
        doubtFrom = Ticks.Never;
        credit = Math.Max(0, credit - samples.Length);
        Rewinds++;
        Replayed += samples.Length;
    }

    private List<(ClosedInterval Interval, long FoundAt)> Replay(HeldSample[] samples, TwinOutput output)
    {
        List<(ClosedInterval, long)> found = [];
        for (int start = 0, end; start < samples.Length; start = end)
        {
            long ticks = samples[start].Ticks;
            for (end = start + 1; end < samples.Length && samples[end].Ticks == ticks;)
            {
                end++;
            }

            if (ticks >= nextSnapshot)
            {
                TakeSnapshot(ticks);
            }

            int closed = output.Consumption.Count;
            observed += end - start;
            ordered.Replay(samples.AsSpan(start, end - start), output);
            for (int i = closed; i < output.Consumption.Count; i++)
            {
                found.Add((output.Consumption[i], ticks));
            }
        }

        return found;
    }

    private void Remember(TwinOutput output, int from, long foundAt)
    {
        for (int i = from; i < output.Consumption.Count; i++)
        {
            intervals.Add((output.Consumption[i], foundAt));
        }
    }

    /// <summary>Of the intervals issued since <paramref name="from"/>: issues those again that are others now, and those that are new.</summary>
    private void Reissue(List<(ClosedInterval Interval, long FoundAt)> again, long from, TwinOutput output)
    {
        var issued = new Dictionary<(int, DateTimeOffset), ClosedInterval>();
        foreach ((ClosedInterval interval, long foundAt) in intervals)
        {
            if (foundAt >= from)
            {
                issued[(interval.Meter, interval.Start)] = interval;
            }
        }

        intervals.RemoveAll(i => i.FoundAt >= from);
        foreach ((ClosedInterval interval, long foundAt) in again)
        {
            ClosedInterval now = interval;
            if (!issued.Remove((interval.Meter, interval.Start), out ClosedInterval? before))
            {
                output.Consumption.Add(now);
            }
            else if (before.HasSameContent(interval))
            {
                now = before;
            }
            else
            {
                now = interval with { Revision = before.Revision + 1 };
                output.Consumption.Add(now);
            }

            intervals.Add((now, foundAt));
        }

        foreach (ClosedInterval gone in issued.Values.OrderBy(i => i.Meter).ThenBy(i => i.Start))
        {
            // Its quantity is counted elsewhere now, or not yet: an empty revision takes it back and stays known for the next one.
            ClosedInterval empty = gone.States.IsEmpty ? gone : gone with
            {
                States = ImmutableArray<StateQuantity>.Empty,
                Completeness = 0,
                Revision = gone.Revision + 1,
            };
            if (empty != gone)
            {
                output.Consumption.Add(empty);
            }

            intervals.Add((empty, ordered.Clock));
        }
    }

    private int SnapshotBefore(long ticks)
    {
        int at = snapshots.Count - 1;
        while (at > 0 && snapshots[at].Ticks > ticks)
        {
            at--;
        }

        return at;
    }

    private void SaveRewind(StateWriter writer)
    {
        writer.Int64(doubtFrom);
        writer.Int64(nextSnapshot);
        writer.Int64(observed);
        writer.Boolean(givesUp);
        writer.Int64(Unjudged);
        writer.Int64(SpansCut);
        writer.Int32(snapshots.Count);
        foreach (StageSnapshot snapshot in snapshots)
        {
            writer.Int64(snapshot.Ticks);
            writer.Int64(snapshot.Observed);
            writer.Bytes(snapshot.State);
        }

        span.Save(writer);
        writer.Int32(intervals.Count);
        foreach ((ClosedInterval interval, long foundAt) in intervals)
        {
            interval.Save(writer);
            writer.Int64(foundAt);
        }
    }

    private void RestoreRewind(StateReader reader)
    {
        doubtFrom = reader.Int64();
        nextSnapshot = reader.Int64();
        observed = reader.Int64();
        givesUp = reader.Boolean();
        Unjudged = reader.Int64();
        SpansCut = reader.Int64();
        for (int left = reader.Count(20); left > 0; left--)
        {
            snapshots.Add(new StageSnapshot(reader.Int64(), reader.Int64(), reader.Bytes()));
        }

        span.Restore(reader);
        for (int left = reader.Count(45); left > 0; left--)
        {
            intervals.Add((ClosedInterval.Restore(reader), reader.Int64()));
        }

        if (IsInDoubt && snapshots.Count == 0)
        {
            throw new StateFormatException("A twin is in doubt and has no snapshot to go back to.");
        }
    }

    /// <summary>The definition has changed, or the state is of a version without snapshots: what was before can be no longer redone.</summary>
    private void ForgetSpan()
    {
        snapshots.Clear();
        intervals.Clear();
        span.Clear();
        doubtFrom = Ticks.Never;
        nextSnapshot = Ticks.None;
        if (ordered.Clock != Ticks.None)
        {
            snapshots.Add(new StageSnapshot(ordered.Clock + 1, observed, ordered.Snapshot()));
            nextSnapshot = Ticks.Floor(ordered.Clock, spacing, 0) + spacing;
        }
    }
}
