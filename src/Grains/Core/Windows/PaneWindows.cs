using Millwright.Core.Watermarks;

namespace Millwright.Core.Windows;

/// <summary>
/// Tumbling and hopping windows. A sample goes into exactly one pane, as wide as the hop; a window is merged from its panes when it is
/// issued. So a sample costs the same whether a window has one pane or 256. Tumbling is the case of one pane.
/// The trap: a window is known by its end, and may have to be issued although its first or last pane never got a sample.
/// </summary>
internal sealed partial class PaneWindows : WindowTracker
{
    /// <summary>
    /// Most panes kept for one metric and rule. Beyond it the oldest windows are issued before their time and then forgotten.
    /// </summary>
    internal const int MaxPanes = 2048;

    private readonly long size;
    private readonly long hop;
    private readonly long offset;
    private readonly bool hasShape;
    private Run<Pane> panes;
    private Run<Amendment> amendments;
    private long nextClose = Ticks.Never;

    // Every window with data and with an end up to here has been issued.
    private long issuedThrough = Ticks.None;

    // Panes that start before this share a window with one that was forgotten for want of space.
    private long floor = Ticks.None;

    public PaneWindows(WindowRule rule, int metric, long expectedInterval, long allowedLateness)
        : base(rule, metric, expectedInterval, allowedLateness)
    {
        rule.Validate();
        size = rule.Size.Ticks;
        hop = rule.PaneTicks;
        offset = rule.Offset.Ticks;
        hasShape = ValueShape.For(rule, canForget: false) is not null;
    }

    public override long NextDue => Math.Min(nextClose, panes.Count == 0 ? Ticks.Never : OverAt(panes[0].Start + size));

    public override int Held => panes.Count;

    public override Punctuality Classify(long ticks, long watermark)
    {
        long pane = Ticks.Floor(ticks, hop, offset);
        if (IsForgotten(pane))
        {
            return Punctuality.Dropped;
        }

        // Too late for one of its windows is too late for all: what is taken is in every window, or a replay would count it in more.
        return Lateness.Classify(pane + hop, watermark, AllowedLateness) == Punctuality.Dropped
            ? Punctuality.Dropped : Lateness.Classify(pane + size, watermark, AllowedLateness);
    }

    public override void Observe(long ticks, double value, long watermark, List<ClosedWindow> issued)
    {
        issuedThrough = Math.Max(issuedThrough, watermark);
        long start = StartOf(ticks);
        if (IsForgotten(start) || IsOver(start + hop, watermark))
        {
            return;
        }

        int index = FindOrInsert(start, issued);
        panes[index].Aggregate.Add(ticks, value);
        if (hasShape)
        {
            panes[index].Shape?.Add(value);
        }

        for (long end = start + hop; end <= start + size; end += hop)
        {
            if (end > issuedThrough)
            {
                nextClose = Math.Min(nextClose, end);
                return;
            }

            IssueAgain(end, issued);
        }
    }

    public override void Advance(long watermark, List<ClosedWindow> issued)
    {
        while (nextClose <= watermark)
        {
            issued.Add(Result(nextClose, Merge(nextClose), 1, isClosed: true));
            issuedThrough = nextClose;
            nextClose = EndOfNextWindow();
        }

        issuedThrough = Math.Max(issuedThrough, watermark);
        while (panes.Count > 0 && IsOver(panes[0].Start + size, watermark))
        {
            panes.RemoveFirst();
        }

        while (amendments.Count > 0 && IsOver(amendments[0].End, watermark))
        {
            amendments.RemoveFirst();
        }
    }

    public override void CollectOpen(List<ClosedWindow> open)
    {
        long end = nextClose;
        long through = issuedThrough;
        while (end != Ticks.Never)
        {
            open.Add(Result(end, Merge(end), 0, isClosed: false));
            issuedThrough = end;
            end = EndOfNextWindow();
        }

        issuedThrough = through;
    }

    private long StartOf(long ticks)
    {
        // Nearly every sample falls into the newest pane; the division is saved then.
        if (panes.Count > 0)
        {
            long start = panes.Last.Start;
            if (ticks >= start && ticks - start < hop)
            {
                return start;
            }
        }

        return Ticks.Floor(ticks, hop, offset);
    }

    private bool IsForgotten(long start) => start < floor || (panes.Count >= MaxPanes && start < panes[0].Start);

    private int FindOrInsert(long start, List<ClosedWindow> issued)
    {
        int index = IndexOf(start);
        if (index < panes.Count && panes[index].Start == start)
        {
            return index;
        }

        if (panes.Count >= MaxPanes)
        {
            ForgetOldest(issued);
            index = IndexOf(start);
        }

        panes.Insert(index, new Pane { Start = start, Shape = hasShape ? ValueShape.For(Rule, canForget: false) : null });
        return index;
    }

    private void ForgetOldest(List<ClosedWindow> issued)
    {
        long start = panes[0].Start;
        Advance(Math.Max(issuedThrough, start + size), issued);
        if (panes.Count > 0 && panes[0].Start == start)
        {
            panes.RemoveFirst();
        }

        // Nothing may change the windows that held it.
        floor = start + size;
    }

    /// <summary>Index of the first pane that does not start before the given one.</summary>
    private int IndexOf(long start)
    {
        int index = panes.Count;
        while (index > 0 && panes[index - 1].Start >= start)
        {
            index--;
        }

        return index;
    }

    private long EndOfNextWindow()
    {
        long end = issuedThrough + hop;
        int first = IndexOf(end - size);
        if (first == panes.Count)
        {
            return Ticks.Never;
        }

        // Jumps over the windows in which nothing came: a pause of a year must not cost a year of windows.
        return Math.Max(end, panes[first].Start + hop);
    }

    private void IssueAgain(long end, List<ClosedWindow> issued)
    {
        WindowAggregate merged = Merge(end);
        int revision = 1;

        // With one sample it is the one just taken: the window was empty, and so never issued before.
        if (merged.Count > 1)
        {
            int index = 0;
            while (index < amendments.Count && amendments[index].End < end)
            {
                index++;
            }

            if (index == amendments.Count || amendments[index].End != end)
            {
                amendments.Insert(index, new Amendment { End = end, Revision = 1 });
            }

            revision = ++amendments[index].Revision;
        }

        issued.Add(Result(end, merged, revision, isClosed: true));
    }

    private WindowAggregate Merge(long end)
    {
        WindowAggregate merged = default;
        for (int i = IndexOf(end - size); i < panes.Count && panes[i].Start < end; i++)
        {
            merged.Merge(panes[i].Aggregate);
        }

        return merged;
    }

    private ClosedWindow Result(long end, in WindowAggregate merged, int revision, bool isClosed) => new()
    {
        Metric = Metric,
        Kind = Rule.Kind,
        Start = Ticks.ToInstant(end - size),
        End = Ticks.ToInstant(end),
        Revision = revision,
        IsClosed = isClosed,
        Size = Rule.Size,
        Aggregate = merged,
        Completeness = Completeness(merged.Count, size, posts: 0),
        Detail = Rule.Aggregates == WindowAggregates.None ? null : Detail(merged, MergeShapes(end), size),
    };

    /// <summary>Null when a pane has none, because it is from before the rule wanted one.</summary>
    private ValueShape? MergeShapes(long end)
    {
        ValueShape? merged = null;
        for (int i = IndexOf(end - size); hasShape && i < panes.Count && panes[i].Start < end; i++)
        {
            if (panes[i].Shape is not { } shape)
            {
                return null;
            }

            merged ??= ValueShape.For(Rule, canForget: false)!;
            merged.Merge(shape);
        }

        return merged;
    }

    private struct Pane
    {
        public long Start;
        public WindowAggregate Aggregate;
        public ValueShape? Shape;
    }

    private struct Amendment
    {
        public long End;
        public int Revision;
    }
}
