using System.Collections.Immutable;
using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Energy;

/// <summary>
/// Collects the quantities of one meter by interval and operating state. They come in the order of time, so one open interval suffices:
/// the first quantity of a later one closes it. <paramref name="states"/> are the names, <c>unknown</c> last.
/// </summary>
internal sealed class IntervalBook(int meter, string[] states)
{
    internal const long Length = TimeSpan.TicksPerMinute;

    private readonly double[] quantities = new double[states.Length];
    private readonly long[] durations = new long[states.Length];

    /// <summary>End of the open interval; <see cref="Ticks.Never"/> when none is open.</summary>
    public long End => Start == Ticks.None ? Ticks.Never : Start + Length;

    public int Unknown => states.Length - 1;

    private long Start { get; set; } = Ticks.None;

    /// <summary>End of the newest interval that was issued: what comes to light for it later is booked after it.</summary>
    private long ClosedThrough { get; set; } = Ticks.None;

    /// <summary>Spreads a quantity evenly over [from, to).</summary>
    public void Spread(long from, long to, double quantity, int state, List<ClosedInterval> closed)
    {
        double perTick = quantity / (to - from);
        if (from < ClosedThrough)
        {
            long missed = Math.Min(to, ClosedThrough) - from;
            Add(ClosedThrough, perTick * missed, state, closed);
            from += missed;
        }

        while (from < to)
        {
            Open(from, closed);
            long until = Math.Min(to, End);
            quantities[state] += perTick * (until - from);
            durations[state] += until - from;
            from = until;
        }
    }

    /// <summary>Counts a quantity whose time is not known where it came to light; no time is measured by it.</summary>
    public void Add(long at, double quantity, int state, List<ClosedInterval> closed)
    {
        Open(Math.Max(at, ClosedThrough), closed);
        quantities[state] += quantity;
    }

    public void CloseThrough(long ticks, List<ClosedInterval> closed)
    {
        if (End <= ticks)
        {
            Close(closed);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(ClosedThrough);
        writer.Int64(Start);
        if (Start == Ticks.None)
        {
            return;
        }

        writer.Int32(states.Length);
        for (int i = 0; i < states.Length; i++)
        {
            writer.Text(states[i]);
            writer.Double(quantities[i]);
            writer.Int64(durations[i]);
        }
    }

    public void Restore(StateReader reader)
    {
        ClosedThrough = reader.Int64();
        Start = reader.Int64();
        if (Start == Ticks.None)
        {
            return;
        }

        for (int left = reader.Count(20); left > 0; left--)
        {
            // A state that the plant model no longer has keeps its energy under unknown.
            int state = Array.IndexOf(states, reader.Text());
            state = state < 0 ? states.Length - 1 : state;
            quantities[state] += reader.Double();
            durations[state] += reader.Int64();
        }
    }

    private void Open(long at, List<ClosedInterval> closed)
    {
        if (at >= End)
        {
            Close(closed);
        }

        if (Start == Ticks.None)
        {
            Start = Ticks.Floor(at, Length, 0);
        }
    }

    private void Close(List<ClosedInterval> closed)
    {
        ImmutableArray<StateQuantity>.Builder found = ImmutableArray.CreateBuilder<StateQuantity>(states.Length);
        long measured = 0;
        for (int i = 0; i < states.Length; i++)
        {
            if (durations[i] > 0 || quantities[i] != 0)
            {
                found.Add(new StateQuantity(states[i], quantities[i], TimeSpan.FromTicks(durations[i])));
                measured += durations[i];
            }
        }

        if (found.Count > 0)
        {
            closed.Add(new ClosedInterval
            {
                Meter = meter,
                Start = Ticks.ToInstant(Start),
                End = Ticks.ToInstant(End),
                States = found.DrainToImmutable(),
                Completeness = (double)measured / Length,
            });
        }

        ClosedThrough = End;
        Start = Ticks.None;
        Array.Clear(quantities);
        Array.Clear(durations);
    }
}
