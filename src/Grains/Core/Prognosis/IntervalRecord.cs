using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Keeps what was forecast and how it fared. An interval that says "eight times out of ten" and is right five times should be known by that.
///
/// Method: each published interval waits until the limit is crossed (inside, or earlier than said) or until its end has passed without
/// (later than said). At most 64 wait; when they are full, every second one is let go unjudged, so that those that stay are spread over the
/// whole approach and not only its end.
///
/// What is learned from it: each miss widens the next intervals by 8 %, each hit narrows them by 2 %, so that in the long run four of five
/// hold. Never narrower than the bell curve says. A trend so wide that its late end does not exist is then no forecast at all.
///
/// Source: adaptive conformal inference, Gibbs and Candès (2021).
/// </summary>
internal sealed class IntervalRecord
{
    private const int MostOpen = 64;
    private const double Widening = 1.08;
    private const double Narrowing = 0.98;
    private const double WidestReach = 10;

    /// <summary>Of a bell curve: 80 % lie within so many standard deviations.</summary>
    private const double LeastReach = 1.2815515655446004;

    private readonly List<(double Limit, DateTimeOffset P10, DateTimeOffset P90)> open = new(MostOpen);

    /// <summary>Crossings inside their interval.</summary>
    public long Inside { get; private set; }

    /// <summary>Crossings before their interval began.</summary>
    public long Earlier { get; private set; }

    /// <summary>Intervals that ended before the crossing.</summary>
    public long Later { get; private set; }

    public int Open => open.Count;

    /// <summary>How many standard deviations an interval reaches to either side.</summary>
    public double Reach { get; private set; } = LeastReach;

    public void Publish(double limit, DateTimeOffset p10, DateTimeOffset p90)
    {
        Invariant.Holds(p10 <= p90);
        if (open.Count == MostOpen)
        {
            for (int i = MostOpen - 1; i > 0; i -= 2)
            {
                open.RemoveAt(i);
            }
        }

        open.Add((limit, p10, p90));
    }

    /// <summary>Event time has come to <paramref name="instant"/> with the indicator lasting at <paramref name="level"/>.</summary>
    public void Observe(DateTimeOffset instant, double level)
    {
        int kept = 0;
        for (int i = 0; i < open.Count; i++)
        {
            (double limit, DateTimeOffset p10, DateTimeOffset p90) = open[i];
            if (level >= limit && instant <= p90)
            {
                bool isInside = instant >= p10;
                Inside += isInside ? 1 : 0;
                Earlier += isInside ? 0 : 1;
                Learn(isInside);
            }
            else if (instant > p90)
            {
                Later++;
                Learn(false);
            }
            else
            {
                open[kept++] = open[i];
            }
        }

        open.RemoveRange(kept, open.Count - kept);
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(Inside);
        writer.Int64(Earlier);
        writer.Int64(Later);
        writer.Double(Reach);
        writer.Int32(open.Count);
        foreach ((double limit, DateTimeOffset p10, DateTimeOffset p90) in open)
        {
            writer.Double(limit);
            writer.Instant(p10);
            writer.Instant(p90);
        }
    }

    public void Restore(StateReader reader)
    {
        Inside = reader.Int64();
        Earlier = reader.Int64();
        Later = reader.Int64();
        Reach = reader.Double();
        open.Clear();
        int count = reader.Count(24);
        if (count > MostOpen || !(Reach is >= LeastReach and <= WidestReach))
        {
            throw new StateFormatException("A record of intervals is damaged.");
        }

        for (int i = 0; i < count; i++)
        {
            open.Add((reader.Double(), reader.Instant(), reader.Instant()));
        }
    }

    private void Learn(bool isInside) => Reach = Math.Clamp(Reach * (isInside ? Narrowing : Widening), LeastReach, WidestReach);
}
