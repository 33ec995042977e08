using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Energy;

/// <summary>Integrates a rate per hour: the last value holds until the next, but no longer than the allowed gap.</summary>
internal sealed class RateMeter(MeterRule rule, IntervalBook book) : MeterTrack(rule, book)
{
    private const byte Version = 1;
    private double rate;
    private long sampledAt = Ticks.None;
    private long through = Ticks.None;

    public override long NextDue => sampledAt != Ticks.None && through < Ticks.Add(sampledAt, MaxGap)
        ? Ticks.Floor(through, IntervalBook.Length, 0) + IntervalBook.Length
        : Book.End;

    public override void Advance(long clock, int state, List<ClosedInterval> closed)
    {
        if (sampledAt != Ticks.None && clock > through)
        {
            long until = Math.Min(clock, Ticks.Add(sampledAt, MaxGap));
            if (until > through)
            {
                double hours = (until - through) / (double)TimeSpan.TicksPerHour;
                Book.Spread(through, until, rate * Rule.Scale * hours, state, closed);
            }

            through = clock;
        }

        Book.CloseThrough(clock, closed);
    }

    public override void Observe(long ticks, double value, long clock, int state, List<ClosedInterval> closed)
    {
        rate = value;
        sampledAt = ticks;
        through = Math.Max(through, clock);
    }

    public override void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Double(rate);
        writer.Int64(sampledAt);
        writer.Int64(through);
        Book.Save(writer);
    }

    public override void Restore(StateReader reader)
    {
        reader.Version(Version);
        rate = reader.Double();
        sampledAt = reader.Int64();
        through = reader.Int64();
        Book.Restore(reader);
    }
}
