using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Energy;

/// <summary>
/// Differences of a register. What was counted between two samples is spread over the time between them, and so over the operating states
/// that held meanwhile; hence an interval is complete only when the next sample is in, or the gap too long. After too long a gap the
/// quantity is still real, but nobody knows when it flowed: it is booked under unknown where it came to light, without time.
/// A register that goes back was reset and counts from zero; a quantity is never negative.
/// </summary>
internal sealed class CounterMeter(MeterRule rule, IntervalBook book) : MeterTrack(rule, book)
{
    /// <summary>Most changes of state remembered between two samples; time beyond them goes to the last one.</summary>
    internal const int MaxStretches = 64;

    private const byte Version = 1;
    private double register;
    private long sampledAt = Ticks.None;

    // Since when which state holds; the first begins at the last sample.
    private Run<Stretch> stretches;

    public override long NextDue => Book.End == Ticks.Never ? Ticks.Never : Ticks.Add(sampledAt, MaxGap + 1);

    public override void Advance(long clock, int state, List<ClosedInterval> closed)
    {
        if (sampledAt == Ticks.None)
        {
            return;
        }

        if (clock - sampledAt > MaxGap)
        {
            stretches.Clear();
            Book.CloseThrough(clock, closed);
        }
        else if (stretches.Count > 0 && (stretches.Last.State == state || stretches.Count == MaxStretches))
        {
            stretches.Last.Until = Math.Max(stretches.Last.Until, clock);
        }
        else if (clock > (stretches.Count > 0 ? stretches.Last.Until : sampledAt))
        {
            stretches.Add(new Stretch { Until = clock, State = state });
        }
    }

    public override void Observe(long ticks, double value, long clock, int state, List<ClosedInterval> closed)
    {
        if (sampledAt != Ticks.None && ticks > sampledAt)
        {
            double difference = value >= register ? value - register : Math.Max(0, value);
            Count(ticks, difference * Rule.Scale, state, closed);
            Book.CloseThrough(ticks, closed);
        }

        register = value;
        sampledAt = ticks;
        stretches.Clear();
    }

    public override void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Double(register);
        writer.Int64(sampledAt);
        writer.Int32(stretches.Count);
        foreach (ref readonly Stretch stretch in stretches.Span)
        {
            writer.Int64(stretch.Until);
            writer.Int32(stretch.State);
        }

        Book.Save(writer);
    }

    public override void Restore(StateReader reader)
    {
        reader.Version(Version);
        register = reader.Double();
        sampledAt = reader.Int64();
        stretches.Clear();
        for (int left = reader.Count(12); left > 0; left--)
        {
            stretches.Add(new Stretch { Until = reader.Int64(), State = reader.Int32() });
        }

        Book.Restore(reader);
    }

    private void Count(long ticks, double quantity, int state, List<ClosedInterval> closed)
    {
        if (ticks - sampledAt > MaxGap)
        {
            Book.Add(ticks, quantity, Book.Unknown, closed);
            return;
        }

        double perTick = quantity / (ticks - sampledAt);
        long from = sampledAt;
        for (int i = 0; i < stretches.Count && from < ticks; i++)
        {
            long until = Math.Min(stretches[i].Until, ticks);
            if (until > from)
            {
                Book.Spread(from, until, perTick * (until - from), Math.Min(stretches[i].State, Book.Unknown), closed);
                from = until;
            }
        }

        if (from < ticks)
        {
            Book.Spread(from, ticks, perTick * (ticks - from), state, closed);
        }
    }

    private struct Stretch
    {
        public long Until;
        public int State;
    }
}
