using Millwright.Core.State;
using Millwright.Core.Watermarks;

namespace Millwright.Core.Windows;

/// <summary>
/// Sessions: samples that follow each other within the gap belong together. A sample opens a session, prolongs one, or joins two; which
/// sessions there are depends on the samples alone, not on their order. The trap: a late sample can join sessions whose results are out
/// already, or let one begin earlier; what was issued under a start that is no longer one is then retracted.
/// </summary>
internal sealed class SessionWindows : WindowTracker
{
    /// <summary>Most sessions kept for one metric and rule. Beyond it the oldest is issued before its time and then forgotten.</summary>
    internal const int MaxSessions = 256;

    private const byte Version = AggregateColumns.Version;

    /// <summary>With what the rule wants beyond the default aggregates behind the rest; others are stored as ever.</summary>
    private const byte ShapeVersion = 3;
    private readonly long gap;
    private Run<Session> sessions;
    private long nextClose = Ticks.Never;
    private long floor = Ticks.None;

    public SessionWindows(WindowRule rule, int metric, long expectedInterval, long allowedLateness)
        : base(rule, metric, expectedInterval, allowedLateness)
    {
        rule.Validate();
        gap = rule.Gap.Ticks;
    }

    public override long NextDue => Math.Min(nextClose, sessions.Count == 0 ? Ticks.Never : OverAt(ForgottenAfter(sessions[0])));

    public override int Held => sessions.Count;

    public override Punctuality Classify(long ticks, long watermark)
    {
        if (ticks < floor || (sessions.Count >= MaxSessions && ticks < sessions[0].Aggregate.FirstTicks - gap))
        {
            return Punctuality.Dropped;
        }

        long last = ticks;
        for (int i = FirstTouched(ticks); i < sessions.Count && Touches(sessions[i], ticks); i++)
        {
            last = Math.Max(last, sessions[i].Aggregate.LastTicks);
        }

        return Lateness.Classify(EndAfter(last), watermark, AllowedLateness);
    }

    public override void Observe(long ticks, double value, long watermark, List<ClosedWindow> issued)
    {
        if (Classify(ticks, watermark) == Punctuality.Dropped)
        {
            return;
        }

        int index = FirstTouched(ticks);
        if (index == sessions.Count || !Touches(sessions[index], ticks))
        {
            MakeRoom(ref index, issued);
            sessions.Insert(index, new Session { Shape = ValueShape.For(Rule, canForget: false) });
        }

        ref Session session = ref sessions[index];
        bool wasIssued = session.IsIssued && session.Aggregate.FirstTicks <= ticks;
        if (session.Aggregate.Count > 0)
        {
            Retract(session, Math.Min(ticks, session.Aggregate.FirstTicks), issued);
        }

        session.Aggregate.Add(ticks, value);
        session.Shape?.Add(value);
        while (index + 1 < sessions.Count && Touches(sessions[index + 1], ticks))
        {
            Session joined = sessions[index + 1];
            sessions.RemoveAt(index + 1);
            session.Aggregate.Merge(joined.Aggregate);
            Join(ref session, joined);
            session.Revision = Math.Max(session.Revision, joined.Revision);
            Retract(joined, session.Aggregate.FirstTicks, issued);
        }

        session.IsIssued = EndOf(session) <= watermark;
        if (session.IsIssued)
        {
            session.Revision++;
            issued.Add(Result(session));
        }
        else if (wasIssued)
        {
            // It goes on: what was said of its end no longer holds, also if nothing more comes to close it anew.
            TakeBack(session, issued);
            session.Revision++;
        }

        nextClose = FirstOpenEnd();
    }

    public override void Advance(long watermark, List<ClosedWindow> issued)
    {
        for (int i = 0; i < sessions.Count && nextClose <= watermark; i++)
        {
            if (!sessions[i].IsIssued && EndOf(sessions[i]) <= watermark)
            {
                Issue(ref sessions[i], issued);
            }
        }

        while (sessions.Count > 0 && IsOver(ForgottenAfter(sessions[0]), watermark))
        {
            sessions.RemoveFirst();
        }

        nextClose = FirstOpenEnd();
    }

    public override void CollectOpen(List<ClosedWindow> open)
    {
        foreach (ref readonly Session session in sessions.Span)
        {
            if (!session.IsIssued)
            {
                open.Add(Result(session));
            }
        }
    }

    public override void Save(StateWriter writer)
    {
        bool hasShape = ValueShape.For(Rule, canForget: false) is not null;
        writer.Byte(hasShape ? ShapeVersion : Version);
        writer.Int64(floor);
        var aggregates = new WindowAggregate[sessions.Count];
        for (int i = 0; i < aggregates.Length; i++)
        {
            aggregates[i] = sessions[i].Aggregate;
        }

        AggregateColumns.Save(writer, aggregates);
        foreach (ref readonly Session session in sessions.Span)
        {
            writer.Int32(session.Revision);
            writer.Boolean(session.IsIssued);
            if (hasShape)
            {
                SaveShape(writer, session.Shape);
            }
        }
    }

    public override void Restore(StateReader reader)
    {
        byte version = reader.Version(ShapeVersion);
        floor = reader.Int64();
        sessions.Clear();
        foreach (WindowAggregate aggregate in AggregateColumns.Restore(reader, MaxSessions, version))
        {
            sessions.Add(new Session
            {
                Aggregate = aggregate,
                Revision = reader.Int32(),
                IsIssued = reader.Boolean(),
                Shape = version == ShapeVersion ? RestoreShape(reader) : null,
            });
        }

        nextClose = FirstOpenEnd();
    }

    // One tick more than the gap: the pause of exactly the gap must still fall inside [Start, End).
    private long EndAfter(long last) => Ticks.Add(last, gap + 1);

    private long EndOf(in Session session) => EndAfter(session.Aggregate.LastTicks);

    /// <summary>
    /// A sample is taken while its minute may be issued again, and then may be that much older than the oldest window that may. A session
    /// that it would prolong must still be there, or the same samples would make one session in one order and two in another.
    /// </summary>
    private long ForgottenAfter(in Session session) => Ticks.Add(EndOf(session), WindowRule.Rollup.Size.Ticks);

    private bool Touches(in Session session, long ticks) =>
        session.Aggregate.FirstTicks - gap <= ticks && ticks - gap <= session.Aggregate.LastTicks;

    /// <summary>Index of the first session that ends late enough to hold the instant.</summary>
    private int FirstTouched(long ticks)
    {
        int index = sessions.Count;
        while (index > 0 && ticks - gap <= sessions[index - 1].Aggregate.LastTicks)
        {
            index--;
        }

        return index;
    }

    private static void Join(ref Session session, in Session joined)
    {
        if (joined.Shape is null)
        {
            session.Shape = null;
        }
        else
        {
            session.Shape?.Merge(joined.Shape);
        }
    }

    private void Retract(in Session joined, long newStart, List<ClosedWindow> issued)
    {
        // Revision counts what went out under the start: nothing did for a session that has not been issued.
        if (joined.Revision > 0 && joined.Aggregate.FirstTicks != newStart)
        {
            TakeBack(joined, issued);
        }
    }

    private void TakeBack(in Session session, List<ClosedWindow> issued) => issued.Add(Result(session) with
    {
        Revision = session.Revision + 1,
        IsClosed = true,
        IsRetracted = true,
        Aggregate = default,
        Completeness = 0,
        Detail = null,
    });

    private void MakeRoom(ref int index, List<ClosedWindow> issued)
    {
        if (sessions.Count < MaxSessions)
        {
            return;
        }

        if (!sessions[0].IsIssued)
        {
            Issue(ref sessions[0], issued);
        }

        // Nor may anything prolong it from now on.
        floor = EndOf(sessions[0]);
        sessions.RemoveFirst();
        index = Math.Max(0, index - 1);
    }

    private void Issue(ref Session session, List<ClosedWindow> issued)
    {
        session.IsIssued = true;
        session.Revision++;
        issued.Add(Result(session));
    }

    private long FirstOpenEnd()
    {
        // Open sessions are the newest ones; walking back over them is one step nearly always.
        long end = Ticks.Never;
        for (int i = sessions.Count - 1; i >= 0 && !sessions[i].IsIssued; i--)
        {
            end = EndOf(sessions[i]);
        }

        return end;
    }

    private ClosedWindow Result(in Session session) => new()
    {
        Metric = Metric,
        Kind = WindowKind.Session,
        Start = Ticks.ToInstant(session.Aggregate.FirstTicks),
        End = Ticks.ToInstant(EndOf(session)),
        Revision = session.Revision,
        IsClosed = session.IsIssued,
        Size = TimeSpan.FromTicks(EndOf(session) - session.Aggregate.FirstTicks),
        Aggregate = session.Aggregate,
        Completeness = Completeness(session.Aggregate.Count, session.Aggregate.LastTicks - session.Aggregate.FirstTicks, posts: 1),
        Detail = Detail(session.Aggregate, session.Shape, EndOf(session) - session.Aggregate.FirstTicks),
    };

    private struct Session
    {
        public WindowAggregate Aggregate;
        public ValueShape? Shape;

        // How many results went out under this start or one that it took over.
        public int Revision;
        public bool IsIssued;
    }
}
