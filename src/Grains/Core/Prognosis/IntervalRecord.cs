using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Keeps what was forecast and how it fared. An interval that says "eight times out of ten" and is right five times should be known by that.
///
/// Method: each published interval waits until the limit is crossed (inside, or earlier than said) or until its end has passed without
/// (later than said). At most 64 wait; when they are full, every second one is let go unjudged, so that those that stay are spread over the
/// whole approach and not only its end.
/// </summary>
internal sealed class IntervalRecord
{
    private const int MostOpen = 64;

    private readonly List<(double Limit, DateTimeOffset P10, DateTimeOffset P90)> open = new(MostOpen);

    /// <summary>Crossings inside their interval.</summary>
    public long Inside { get; private set; }

    /// <summary>Crossings before their interval began.</summary>
    public long Earlier { get; private set; }

    /// <summary>Intervals that ended before the crossing.</summary>
    public long Later { get; private set; }

    public int Open => open.Count;

    public void Publish(double limit, DateTimeOffset p10, DateTimeOffset p90)
    {
        Invariant.Holds(p10 <= p90);
        if (open.Count == MostOpen)
        {
            for (int i = MostOpen - 2; i >= 0; i -= 2)
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
                Inside += instant >= p10 ? 1 : 0;
                Earlier += instant < p10 ? 1 : 0;
            }
            else if (instant > p90)
            {
                Later++;
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
        open.Clear();
        int count = reader.Count(24);
        if (count > MostOpen)
        {
            throw new StateFormatException($"A record of {count} open intervals is more than {MostOpen}.");
        }

        for (int i = 0; i < count; i++)
        {
            open.Add((reader.Double(), reader.Instant(), reader.Instant()));
        }
    }
}
