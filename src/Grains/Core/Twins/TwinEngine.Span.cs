using System.Collections.Immutable;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Energy;

namespace Millwright.Core.Twins;

/// <summary>What a rewind keeps: issued intervals, to tell the difference, and the stored form of the span.</summary>
public sealed partial class TwinEngine
{
    private long sequence;

    /// <summary>Of the newest interval that has left the twin.</summary>
    public long Sequence => sequence;

    /// <summary>The number of the next interval that leaves the twin, for receivers to know a repetition; never 0.</summary>
    public long NextSequence() => ++sequence;

    /// <summary>
    /// After the loss of a newer state: the numbers that it gave out are not given out again, and all that may still be revised is said
    /// once more, for receivers may have heard something else of it.
    /// </summary>
    public void Restate(TwinOutput output)
    {
        sequence = ((sequence >> ConsumptionInterval.LifeBits) + 1) << ConsumptionInterval.LifeBits;
        foreach ((ClosedInterval interval, _) in intervals)
        {
            output.Consumption.Add(interval with { Replaced = interval.States });
        }
    }

    private void Remember(TwinOutput output, int from, long foundAt)
    {
        for (int i = from; i < output.Consumption.Count; i++)
        {
            intervals.Add((output.Consumption[i], foundAt));
        }
    }

    /// <summary>
    /// Of the intervals issued since <paramref name="from"/>: issues those again that are others now, and those that are new.
    /// </summary>
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
                now = interval with { Revision = before.Revision + 1, Replaced = before.States };
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
                Replaced = gone.States,
            };
            if (empty != gone)
            {
                output.Consumption.Add(empty);
            }

            intervals.Add((empty, ordered.Clock));
        }
    }

    /// <summary>The span holds too much: what was observed is final from here on. Backfill alone may bring this about.</summary>
    private void CutSpan(TwinOutput output)
    {
        if (IsInDoubt)
        {
            Rewind(output);
        }

        SpansCut++;
        CheckCounterfactuals(output);
        BeginSpan();
        span.DropAllBut(buffer);
    }

    /// <summary>The present state of the ordered stage is the oldest that a rewind goes back to.</summary>
    private void BeginSpan()
    {
        ForgetBeyond(long.MinValue);
        snapshots.Clear();
        intervals.Clear();
        issuedWindows.Clear();
        nextSnapshot = Ticks.None;
        if (ordered.Clock != Ticks.None)
        {
            snapshots.Add(new StageSnapshot(ordered.Clock + 1, observed, ordered.Snapshot()));
            nextSnapshot = Ticks.Floor(ordered.Clock, spacing, 0) + spacing;
        }
    }

    private void SaveRewind(StateWriter writer)
    {
        writer.Int64(sequence);
        writer.Int64(doubtFrom);
        writer.Int64(nextSnapshot);
        writer.Int64(observed);
        writer.Boolean(false);
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

    private void RestoreRewind(StateReader reader, byte version)
    {
        sequence = version > 2 ? reader.Int64() : 0;
        doubtFrom = reader.Int64();
        nextSnapshot = reader.Int64();
        observed = reader.Int64();

        // Was: the span is to be cut at the next place on the grid. Now it is cut at once.
        reader.Boolean();
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

    /// <summary>
    /// The definition has changed, or the state is of a version without snapshots: what was before can no longer be redone.
    /// </summary>
    private void ForgetSpan(bool isMoved)
    {
        doubtFrom = Ticks.Never;
        BeginSpan();
        if (isMoved)
        {
            // Blocks know their metric by its place.
            span.Clear();
        }
        else
        {
            span.DropBefore(Ticks.Add(ordered.Clock, 1));
        }
    }
}
