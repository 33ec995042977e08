using Millwright.Core.Energy;
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
/// earns a few; a dear rewind leaves a debt. While they do not suffice the doubt stands and live samples are judged on, as if the late ones
/// were not there. Samples of one instant are never late for each other within a batch: they are observed together at its end.
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

    /// <summary>A doubt that reaches back less is no backfill.</summary>
    private const long ShallowDoubt = TimeSpan.TicksPerMinute;

    /// <summary>Late samples further apart than this are told one by one.</summary>
    private const long BackfillPause = 2 * TimeSpan.TicksPerSecond;

    /// <summary>Longest wait for a pause.</summary>
    private const long LongestBackfill = 30 * TimeSpan.TicksPerSecond;

    private readonly List<StageSnapshot> snapshots = [];
    private readonly List<(ClosedInterval Interval, long FoundAt)> intervals = [];
    private readonly RewindSpan span;
    private readonly long allowedLateness;
    private readonly long spacing;
    private long doubtFrom = Ticks.Never;
    private long nextSnapshot = Ticks.None;
    private long observed;
    private long credit = MaxCredit;

    // Ingest times: of the newest late sample, and of the one with which the doubt began. Not stored: who restarts catches up at once.
    private long lateAt = Ticks.None;
    private long doubtSince = Ticks.None;

    /// <summary>Doubts that began since this object was made.</summary>
    public long Doubts { get; private set; }

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
        return CatchUp(output, force, arrivedAt);
    }

    private bool CatchUp(TwinOutput output, bool force, long now)
    {
        bool changed = false;
        CompleteInstant(output);
        if (IsInDoubt && (force || !IsBackfilling(now)))
        {
            // Nobody can save more than the most, so that also the dearest rewind is paid for some time later; it leaves a debt.
            StageSnapshot target = snapshots[SnapshotBefore(doubtFrom)];
            if (force || credit >= Math.Min(observed - target.Observed, MaxCredit))
            {
                Rewind(output);
                changed = true;
            }
        }

        if (ordered.CollectOverdue(output.Overdue))
        {
            Invariant.Holds(output.Overdue.TrueForAll(a => a.SumsUp));
            output.IsOverdueChanged = true;
            changed = true;
        }

        CheckCounterfactuals(output);
        return changed;
    }

    /// <summary>
    /// What a source has kept for a while comes back in many batches. It is shown once, when it has paused, and not with each of them:
    /// people should not be told four times in a second what was true two hours ago. What is only a little late is shown at once.
    /// </summary>
    private bool IsBackfilling(long now) =>
        Math.Max(ordered.Clock, watermark) - doubtFrom > ShallowDoubt
        && lateAt != Ticks.None
        && now - lateAt < BackfillPause
        && now - doubtSince < LongestBackfill;

    /// <summary>The good samples of one instant in their turn, or those that come after it.</summary>
    private void Release(ReadOnlySpan<HeldSample> instant, TwinOutput output)
    {
        long ticks = instant[0].Ticks;
        if (ticks <= ordered.Clock)
        {
            foreach (ref readonly HeldSample sample in instant)
            {
                ReleaseLate(sample, output);
            }

            return;
        }

        if (ticks >= nextSnapshot)
        {
            Cross(ticks, output);
        }

        KeepNear(ticks);
        foreach (ref readonly HeldSample sample in instant)
        {
            Earn(sample);
        }

        int closed = output.Consumption.Count;
        if (instant.Length == 1)
        {
            ordered.Observe(instant[0], output);
        }
        else
        {
            ordered.Replay(instant, output);
        }

        if (output.Consumption.Count > closed)
        {
            Remember(output, closed, ticks);
        }

        if (output.Staged.Count > 0)
        {
            IssueStaged(output, ticks);
        }
    }

    private void ReleaseLate(in HeldSample sample, TwinOutput output)
    {
        bool isNow = sample.Ticks == ordered.Clock;
        if (sample.Ticks < snapshots[0].Ticks
            || (!isNow && sample.Ticks < watermark && watermark - sample.Ticks >= allowedLateness))
        {
            // What waited with the newest instant came in time, however far the watermark has gone since. Of all else
            // windows longer than the lateness still take it; detectors do not, also not when another sample rewinds them.
            Unjudged++;
            span.SetAside(sample.Ticks, sample.Metric);
            return;
        }

        ForgetBeyond(sample.Ticks);
        Earn(sample);
        if (sample.Ticks >= doubtFrom && !isNow)
        {
            Wait();
            return;
        }

        bool isInTurn = isNow && ordered.IsBehindAllAtClock(sample.Metric);
        int found = output.Anomalies.Count;
        int closed = output.Consumption.Count;
        bool joined = sample.Ticks >= snapshots[^1].Ticks && sample.Ticks < doubtFrom && ordered.TryJoin(sample, output);
        if (!joined && isNow)
        {
            // A part of the newest instant that came in a batch of its own: judged as it came, until the rewind has the whole instant.
            ordered.Observe(sample, output);
        }

        bool hasResult = output.Anomalies.Count > found || output.Consumption.Count > closed;
        Remember(output, closed, ordered.Clock);
        IssueStaged(output, ordered.Clock);
        if (!joined || (hasResult && !isInTurn))
        {
            Doubts += IsInDoubt ? 0 : 1;
            doubtFrom = Math.Min(doubtFrom, sample.Ticks);
        }

        if (IsInDoubt)
        {
            Wait();
        }
    }

    /// <summary>A late sample has come whose difference is not shown yet.</summary>
    private void Wait() => (lateAt, doubtSince) = (arrivedAt, doubtSince == Ticks.None ? arrivedAt : doubtSince);

    private void Earn(in HeldSample sample)
    {
        observed++;
        credit = Math.Min(credit + CreditPerSample, MaxCredit);
        if (sample.Text is not null)
        {
            span.Add(sample);
        }
    }

    /// <summary>Event time comes to a new place on the grid: snapshots are taken of what is certain only.</summary>
    private void Cross(long ticks, TwinOutput output)
    {
        if (IsInDoubt)
        {
            Rewind(output);
        }

        if (ticks >= nextSnapshot)
        {
            TakeSnapshot(ticks, output);
            DropOld();
        }
    }

    private void TakeSnapshot(long ticks, TwinOutput output)
    {
        CheckCounterfactuals(output);
        ForgetBeyond(long.MinValue);
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
        }
    }

    /// <summary>What no rewind reaches. Never within one: it still has to tell the difference to what went out since its target.</summary>
    private void DropOld()
    {
        long oldest = snapshots[0].Ticks;
        span.DropBefore(oldest);
        intervals.RemoveAll(i => i.FoundAt < oldest);
        issuedWindows.RemoveAll(w => w.FoundAt < oldest);
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
        ForgetBeyond(long.MinValue);
        ordered.Rewind(target.State);
        observed = target.Observed;
        nextSnapshot = target.Ticks == Ticks.None ? Ticks.None : Ticks.Floor(target.Ticks, spacing, 0) + spacing;
        List<(ClosedInterval, long)> again = Replay(samples, output);
        output.Consumption.RemoveRange(closed, output.Consumption.Count - closed);
        ordered.KeepWaits();
        Reissue(again, target.Ticks, output);
        ReissueStaged(target.Ticks, output);
        DropOld();
        doubtFrom = Ticks.Never;
        (lateAt, doubtSince) = (Ticks.None, Ticks.None);
        credit -= samples.Length;
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
                TakeSnapshot(ticks, output);
            }

            int closed = output.Consumption.Count;
            observed += end - start;
            ordered.Replay(samples.AsSpan(start, end - start), output);
            KeepStaged(output, ticks);
            for (int i = closed; i < output.Consumption.Count; i++)
            {
                found.Add((output.Consumption[i], ticks));
            }
        }

        return found;
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
}
