using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Windows.Ordered;

/// <summary>
/// Tumbling and hopping windows split by the operating state that held: what the machine did in the hour, and what the metric did in each
/// state. A pane is as wide as the hop and has a share for each state; a window is merged from its panes when it closes.
/// A value holds from its instant until the next sample, over the ends of panes and changes of state: time cuts it there.
/// The trap: a pause of a year must not cost a year of panes. Windows without samples are not issued, so all but the last size is skipped.
/// </summary>
internal sealed class StatePanes : OrderedWindow
{
    private const byte Version = 1;
    private readonly long size;
    private readonly long hop;
    private readonly long offset;
    private Run<Pane> panes;
    private RingSample last = new(Ticks.None, 0);

    // Until when the value that holds, and the state's time, have been accounted for.
    private long heldUntil;
    private long countedUntil;

    public StatePanes(WindowRule rule, int metric, long expectedInterval, string[] states)
        : base(rule, metric, expectedInterval, states)
    {
        rule.Validate();
        (size, hop, offset) = (rule.Size.Ticks, rule.PaneTicks, rule.Offset.Ticks);
    }

    /// <summary>The end of the newest pane.</summary>
    public override long NextDue => panes.Count == 0 ? Ticks.Never : panes.Last.Start + hop;

    public override bool Joins(long ticks, long clock) => panes.Count > 0 && Ticks.Floor(ticks, hop, offset) + hop > clock;

    public override void Observe(long ticks, double value, in StageTime time)
    {
        if (panes.Count == 0)
        {
            panes.Add(NewPane(Ticks.Floor(ticks, hop, offset)));
            countedUntil = time.Counted;
        }

        Stretch stretch = ShareOf(time.State).Stretch;
        if (last.Ticks != Ticks.None)
        {
            stretch.Hold(last.Value, ticks - heldUntil);
            stretch.Step(last.Value, value);
        }

        stretch.Add(ticks, value);
        last = new RingSample(ticks, value);
        heldUntil = ticks;
    }

    public override void Advance(in StageTime time, long to, List<ClosedWindow> issued)
    {
        while (NextDue <= to)
        {
            long boundary = NextDue;
            Account(time.At(boundary));
            if (Result(boundary, isClosed: true) is { } result)
            {
                issued.Add(result);
            }

            while (panes.Count > 0 && panes[0].Start + size <= boundary)
            {
                panes.RemoveFirst();
            }

            panes.Add(NewPane(boundary));
            if (!HasSamples())
            {
                Skip(time, to);
            }
        }
    }

    public override void Enter(in StageTime time, int next, List<ClosedWindow> issued)
    {
        if (panes.Count > 0)
        {
            Account(time);
        }
    }

    public override void CollectPresent(List<ClosedWindow> present)
    {
        for (long end = NextDue; panes.Count > 0 && end <= panes.Last.Start + size; end += hop)
        {
            if (Result(end, isClosed: false) is { } result)
            {
                present.Add(result);
            }
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int64(last.Ticks);
        writer.Double(last.Value);
        writer.Int64(heldUntil);
        writer.Int64(countedUntil);
        writer.Int32(panes.Count);
        foreach (ref readonly Pane pane in panes.Span)
        {
            writer.Int64(pane.Start);
            writer.Int32(pane.Shares.Count(s => s is not null));
            for (int i = 0; i < pane.Shares.Length; i++)
            {
                if (pane.Shares[i] is { } share)
                {
                    writer.Int32(i);
                    writer.Int64(share.Time);
                    share.Stretch.Save(writer);
                }
            }
        }
    }

    public override void Restore(StateReader reader)
    {
        reader.Version(Version);
        last = new RingSample(reader.Int64(), reader.Double());
        heldUntil = reader.Int64();
        countedUntil = reader.Int64();
        panes.Clear();
        for (int left = reader.Count(12); left > 0; left--)
        {
            Pane pane = NewPane(reader.Int64());
            for (int shares = reader.Count(16); shares > 0; shares--)
            {
                int state = reader.Int32();
                if (state < 0 || state >= States.Length)
                {
                    throw new StateFormatException($"There is no operating state {state}.");
                }

                long time = reader.Int64();
                pane.Shares[state] = new Share(Stretch.Restore(Rule, reader)) { Time = time };
            }

            panes.Add(pane);
        }
    }

    private Pane NewPane(long start) => new() { Start = start, Shares = new Share?[States.Length] };

    private Share ShareOf(int state) => panes.Last.Shares[state] ??= new Share(new Stretch(Rule));

    /// <summary>The value and the state have held until this instant.</summary>
    private void Account(in StageTime time)
    {
        Share share = ShareOf(time.State);
        share.Time += time.Counted - countedUntil;
        countedUntil = time.Counted;
        share.Stretch.Hold(last.Value, time.Ticks - heldUntil);
        heldUntil = time.Ticks;
    }

    /// <summary>Nothing is left to issue: goes on with the first pane that a window of the coming sample has.</summary>
    private void Skip(in StageTime time, long to)
    {
        long start = Ticks.Floor(to, hop, offset) - size + hop;
        if (start > panes.Last.Start)
        {
            panes.Clear();
            panes.Add(NewPane(start));
            heldUntil = start;
            countedUntil = time.CountedAt(start);
        }
    }

    private bool HasSamples()
    {
        foreach (ref readonly Pane pane in panes.Span)
        {
            if (Array.Exists(pane.Shares, s => s is { Stretch.Count: > 0 }))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Null for a window without samples.</summary>
    private ClosedWindow? Result(long end, bool isClosed)
    {
        var total = new Stretch(Rule);
        ImmutableArray<StateShare>.Builder shares = ImmutableArray.CreateBuilder<StateShare>();
        for (int state = 0; state < States.Length; state++)
        {
            var merged = new Stretch(Rule);
            long time = 0;
            foreach (ref readonly Pane pane in panes.Span)
            {
                if (pane.Start >= end - size && pane.Start < end && pane.Shares[state] is { } share)
                {
                    merged.Merge(share.Stretch);
                    time += share.Time;
                }
            }

            total.Merge(merged);
            if (merged.Count > 0 || time > 0)
            {
                shares.Add(new StateShare
                {
                    State = States[state],
                    Time = TimeSpan.FromTicks(time),
                    Aggregate = merged.Aggregate,
                    Figures = merged.Figures(time),
                });
            }
        }

        return total.Count == 0 ? null : new ClosedWindow
        {
            Metric = Metric,
            Kind = Rule.Kind,
            Start = Ticks.ToInstant(end - size),
            End = Ticks.ToInstant(end),
            Revision = isClosed ? 1 : 0,
            IsClosed = isClosed,
            Size = Rule.Size,
            Aggregate = total.Aggregate,
            Completeness = Completeness(total.Count, size, posts: 0),
            Detail = new WindowDetail { Figures = total.Figures(size), States = shares.DrainToImmutable() },
        };
    }

    private struct Pane
    {
        public long Start;

        // By state; null where it did not hold.
        public Share?[] Shares;
    }

    private sealed class Share(Stretch stretch)
    {
        public Stretch Stretch { get; } = stretch;

        public long Time { get; set; }
    }
}
