using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Energy;

/// <summary>
/// One meter over event time. The owner tells it of each change of the operating state before it takes effect, so that every stretch of
/// time is counted under the state that held in it.
/// </summary>
internal abstract class MeterTrack(MeterRule rule, IntervalBook book)
{
    public MeterRule Rule { get; } = rule;

    /// <summary>The instant of event time at which an interval may be due.</summary>
    public abstract long NextDue { get; }

    protected IntervalBook Book { get; } = book;

    protected long MaxGap { get; } = rule.MaxGap.Ticks;

    public static MeterTrack Create(MeterRule rule, int index, string[] states)
    {
        Invariant.Holds(rule.MaxGap > TimeSpan.Zero && rule.MaxGap <= TimeSpan.FromDays(1));
        var book = new IntervalBook(index, states);
        return rule.IsCounter ? new CounterMeter(rule, book) : new RateMeter(rule, book);
    }

    /// <summary>Event time has come to <paramref name="clock"/>, and <paramref name="state"/> held until now.</summary>
    public abstract void Advance(long clock, int state, List<ClosedInterval> closed);

    /// <summary>A good sample. The meter has been advanced to the clock, which may be ahead of the sample.</summary>
    public abstract void Observe(long ticks, double value, long clock, int state, List<ClosedInterval> closed);

    public abstract void Save(StateWriter writer);

    public abstract void Restore(StateReader reader);
}
