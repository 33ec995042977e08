using Millwright.Core.State;

namespace Millwright.Core.Windows.Ordered;

/// <summary>
/// From entering an operating state to leaving it: [entered, left). A sample at the instant of the change belongs to the state that
/// begins. A state that is entered and left without a sample of the metric gives no window.
/// </summary>
internal sealed class StateVisits : OrderedWindow
{
    private const byte Version = 1;

    /// <summary>With the revision behind the rest; a visit of which nothing was taken back is stored as ever.</summary>
    private const byte RevisionVersion = 2;
    private Stretch visit;
    private int state;
    private long enteredAt = Ticks.None;

    // Until when the value that holds has been accounted for.
    private long heldUntil = Ticks.None;
    private RingSample last = new(Ticks.None, 0);

    // Of what was said of this visit's end, and taken back because it goes on: its real end comes after it.
    private int told;

    public StateVisits(WindowRule rule, int metric, long expectedInterval, string[] states)
        : base(rule, metric, expectedInterval, states)
    {
        visit = new Stretch(rule);
        state = states.Length - 1;
    }

    public override void Observe(long ticks, double value, in StageTime time)
    {
        if (IsWanted)
        {
            Hold(ticks);
            if (last.Ticks != Ticks.None)
            {
                visit.Step(last.Value, value);
            }

            visit.Add(ticks, value);
        }

        last = new RingSample(ticks, value);
        heldUntil = ticks;
    }

    public override void Enter(in StageTime time, int next, List<ClosedWindow> issued)
    {
        // Nothing has length within one instant: a state that was only seen on the way to its last word.
        if (IsWanted && visit.Count > 0 && time.Ticks > enteredAt)
        {
            Hold(time.Ticks);
            issued.Add(Result(time.Ticks, isClosed: true));
        }

        visit = new Stretch(Rule);
        told = 0;
        state = next;
        enteredAt = heldUntil = time.Ticks;
    }

    public override void TakeBack(long start, int revision) => told = start == enteredAt ? Math.Max(told, revision) : told;

    public override void CollectPresent(List<ClosedWindow> present)
    {
        if (IsWanted && visit.Count > 0)
        {
            present.Add(Result(visit.Aggregate.LastTicks + 1, isClosed: false));
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Byte(told > 0 ? RevisionVersion : Version);
        visit.Save(writer);
        writer.Int32(state);
        writer.Int64(enteredAt);
        writer.Int64(heldUntil);
        writer.Int64(last.Ticks);
        writer.Double(last.Value);
        if (told > 0)
        {
            writer.Int32(told);
        }
    }

    public override void Restore(StateReader reader)
    {
        byte version = reader.Version(RevisionVersion);
        visit = Stretch.Restore(Rule, reader);
        state = reader.Int32();
        if (state < 0 || state >= States.Length)
        {
            throw new StateFormatException($"There is no operating state {state}.");
        }

        enteredAt = reader.Int64();
        heldUntil = reader.Int64();
        last = new RingSample(reader.Int64(), reader.Double());
        told = version == RevisionVersion ? reader.Int32() : 0;
    }

    // Unknown is no state that somebody asked for: it is what holds while nothing is known.
    private bool IsWanted => enteredAt != Ticks.None && (Rule.States.IsEmpty ? state < States.Length - 1 : Takes(state));

    private void Hold(long until)
    {
        if (last.Ticks != Ticks.None)
        {
            visit.Hold(last.Value, until - heldUntil);
        }

        heldUntil = until;
    }

    private ClosedWindow Result(long end, bool isClosed) => new()
    {
        Metric = Metric,
        Kind = WindowKind.State,
        Start = Ticks.ToInstant(enteredAt),
        End = Ticks.ToInstant(end),
        Revision = isClosed ? told + 1 : told,
        IsClosed = isClosed,
        Size = TimeSpan.FromTicks(end - enteredAt),
        Aggregate = visit.Aggregate,
        Completeness = Completeness(visit.Count, end - enteredAt, posts: 0),
        Detail = new WindowDetail { State = States[state], Figures = visit.Figures(end - enteredAt) },
    };
}
