namespace Millwright.Core.Windows;

/// <summary>A span of event time, half-open: [Start, End).</summary>
public readonly record struct TimeWindow
{
    public TimeWindow(DateTimeOffset start, DateTimeOffset end)
    {
        Invariant.Holds(start < end);
        Start = start;
        End = end;
    }

    public DateTimeOffset Start { get; }

    public DateTimeOffset End { get; }

    public TimeSpan Length => End - Start;

    /// <summary>
    /// The window of the grid of <paramref name="size"/>, aligned to the Unix epoch plus <paramref name="offset"/>, that holds the
    /// instant.
    /// </summary>
    public static TimeWindow Aligned(DateTimeOffset instant, TimeSpan size, TimeSpan offset)
    {
        long start = Ticks.Floor(instant.UtcTicks, size.Ticks, offset.Ticks);
        return new TimeWindow(Ticks.ToInstant(start), Ticks.ToInstant(Ticks.Add(start, size.Ticks)));
    }

    public bool Contains(DateTimeOffset instant) => Start <= instant && instant < End;

    public bool Overlaps(TimeWindow other) => Start < other.End && other.Start < End;

    /// <summary>The smallest window that covers both.</summary>
    public TimeWindow Union(TimeWindow other) => new(Start < other.Start ? Start : other.Start, End > other.End ? End : other.End);
}
