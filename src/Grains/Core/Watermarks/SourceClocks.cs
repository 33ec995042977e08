using Millwright.Core.State;
using Millwright.Core.Windows;

namespace Millwright.Core.Watermarks;

/// <summary>
/// The clocks of a twin's sources. Intuition: what two gateways send about one asset is in order within each of them and in no order
/// between them, so nothing is complete before the slower one has come as far.
///
/// Method: of each source the newest event time and the last arrival; the watermark is the least of the newest times, less the disorder,
/// over those that are not idle. A source that is further behind than <c>maxLag</c> is not waited for.
///
/// Trap: whoever is waited for can hold everything up. So a source is heard only by live samples that its clock cannot be blamed for: one
/// that sends nothing but stamps from the future, or a backfill, falls idle; and one that has only just begun is waited for a tenth of the
/// idle timeout, or a value posted by hand would hold up the alerts of a whole stream for all of it. And names cost memory: eight of them,
/// then the one that has been idle longest makes room; if none is idle, newcomers share one clock.
///
/// While there is one source its clock is the twin's, and nothing here is asked.
/// </summary>
internal sealed class SourceClocks(long disorder, long idleTimeout, long maxLag)
{
    /// <summary>Most sources with a clock of their own.</summary>
    internal const int MaxNamed = 8;

    /// <summary>Of a sample that no source stands for: it moves no clock.</summary>
    internal const int Nobody = -1;

    /// <summary>Name of the clock that sources share when there are too many.</summary>
    internal const string Others = "(others)";

    /// <summary>Idle timeout over that of a newcomer.</summary>
    private const int NewcomerShare = 10;

    private readonly List<Clock> clocks = [new Clock()];
    private long nextIdle = Ticks.Never;

    /// <summary>False: one clock, and it is the twin's.</summary>
    public bool AreSeveral { get; private set; }

    /// <summary>Nobody has named a source yet.</summary>
    public bool IsUnnamed => !AreSeveral && clocks[0].Name.Length == 0;

    /// <summary>Idle sources that had to make room for others.</summary>
    public long Evicted { get; private set; }

    public int Count => clocks.Count;

    public Clock this[int index] => clocks[index];

    /// <summary>-1 when there is none of this name.</summary>
    public int Find(string name)
    {
        for (int i = 0; i < clocks.Count; i++)
        {
            if (clocks[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Gives a new name its clock. What the only source has done so far is what <paramref name="twin"/> has.</summary>
    public int Add(string name, Clock twin)
    {
        if (IsUnnamed)
        {
            // What came before sources had names, from an older log or state, came from the only one there was.
            clocks[0].Name = name;
            return 0;
        }

        if (!AreSeveral)
        {
            twin.Name = clocks[0].Name;
            clocks[0] = twin;
            nextIdle = long.MinValue;
            AreSeveral = true;
        }

        return clocks.Count < MaxNamed ? Append(name) : Replace(name);
    }

    /// <summary>A live sample of the source has come.</summary>
    public void Hear(int index, long ticks, long ingest)
    {
        if (index == Nobody)
        {
            return;
        }

        Clock clock = clocks[index];
        if (clock.ArrivedAt == Ticks.None || ingest - clock.ArrivedAt >= idleTimeout)
        {
            (clock.HeardSince, clock.IsSteady) = (ingest, false);
        }

        clock.Newest = Math.Max(clock.Newest, ticks);
        clock.ArrivedAt = Math.Max(clock.ArrivedAt, ingest);
        clock.IsSteady |= clock.ArrivedAt - clock.HeardSince >= idleTimeout / NewcomerShare;
        clock.IsIdle = false;
        nextIdle = Math.Min(nextIdle, IdleAt(clock));
    }

    /// <summary>Judges who has been silent for too long. True when one has become idle.</summary>
    public bool Rest(long now)
    {
        if (now < nextIdle)
        {
            return false;
        }

        bool changed = false;
        nextIdle = Ticks.Never;
        foreach (Clock clock in clocks)
        {
            if (clock.IsIdle)
            {
                continue;
            }

            long at = IdleAt(clock);
            if (now >= at)
            {
                clock.IsIdle = true;
                changed = true;
            }
            else
            {
                nextIdle = Math.Min(nextIdle, at);
            }
        }

        return changed;
    }

    public void RestAll()
    {
        foreach (Clock clock in clocks)
        {
            clock.IsIdle = true;
        }
    }

    /// <summary>No live sample older than this is still to be waited for.</summary>
    /// <param name="newest">Of all sources.</param>
    public long Watermark(long newest)
    {
        long least = newest;
        foreach (Clock clock in clocks)
        {
            least = IsWaitedFor(clock, newest) ? Math.Min(least, clock.Newest) : least;
        }

        return Ticks.Add(least, -disorder);
    }

    public bool IsWaitedFor(Clock clock, long newest) =>
        !clock.IsIdle && clock.Newest != Ticks.None && newest - clock.Newest <= maxLag;

    public void Save(StateWriter writer)
    {
        writer.Boolean(AreSeveral);
        writer.Int64(Evicted);
        writer.Int32(clocks.Count);
        foreach (Clock clock in clocks)
        {
            writer.Text(clock.Name);
            writer.Int64(clock.Newest);
            writer.Int64(clock.ArrivedAt);
            writer.Int64(clock.HeardSince);
            writer.Boolean(clock.IsSteady);
            writer.Boolean(clock.IsIdle);
        }
    }

    public void Restore(StateReader reader)
    {
        AreSeveral = reader.Boolean();
        Evicted = reader.Int64();
        clocks.Clear();
        for (int left = reader.Count(30); left > 0; left--)
        {
            string name = reader.Text() ?? throw new StateFormatException("A source has no name.");
            clocks.Add(new Clock
            {
                Name = name, Newest = reader.Int64(), ArrivedAt = reader.Int64(), HeardSince = reader.Int64(),
                IsSteady = reader.Boolean(), IsIdle = reader.Boolean(),
            });
        }

        if (clocks.Count is 0 or > MaxNamed + 1 || (AreSeveral != clocks.Count > 1))
        {
            throw new StateFormatException($"{clocks.Count} sources are out of bounds.");
        }

        nextIdle = long.MinValue;
    }

    private long IdleAt(Clock clock) => Ticks.Add(clock.ArrivedAt, clock.IsSteady ? idleTimeout : idleTimeout / NewcomerShare);

    private int Append(string name)
    {
        clocks.Add(new Clock { Name = name });
        return clocks.Count - 1;
    }

    private int Replace(string name)
    {
        int index = FindRested();
        if (index >= 0)
        {
            clocks[index] = new Clock { Name = name };
            Evicted++;
            return index;
        }

        int others = Find(Others);
        return others >= 0 ? others : Append(Others);
    }

    private int FindRested()
    {
        int found = -1;
        for (int i = 0; i < clocks.Count; i++)
        {
            if (clocks[i].IsIdle && clocks[i].Name != Others && (found < 0 || clocks[i].ArrivedAt < clocks[found].ArrivedAt))
            {
                found = i;
            }
        }

        return found;
    }

    /// <summary>One source's. Before its first live sample it is idle.</summary>
    internal sealed class Clock
    {
        public string Name { get; set; } = "";

        /// <summary>Event time of its newest live sample.</summary>
        public long Newest { get; set; } = Ticks.None;

        /// <summary>Ingest time of its last live sample.</summary>
        public long ArrivedAt { get; set; } = Ticks.None;

        /// <summary>Ingest time of its first live sample since it was last silent for the idle timeout.</summary>
        public long HeardSince { get; set; } = Ticks.None;

        /// <summary>It has sent for a tenth of the idle timeout: no single post, but a stream.</summary>
        public bool IsSteady { get; set; }

        public bool IsIdle { get; set; } = true;
    }
}
