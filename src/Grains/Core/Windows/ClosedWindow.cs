namespace Millwright.Core.Windows;

/// <summary>The result of one window of one metric; of an open one, what it would be now.</summary>
public sealed record ClosedWindow
{
    /// <summary>Index into the twin's metric table.</summary>
    public required int Metric { get; init; }

    public required WindowKind Kind { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>
    /// Exclusive. Of a session: one tick after the last sample plus the gap, for a pause of exactly the gap keeps it open.
    /// </summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>1 for the first result of this window, one more for each re-issue. 0 while it is open and was never issued.</summary>
    public required int Revision { get; init; }

    public required bool IsClosed { get; init; }

    /// <summary>
    /// True for a session that was issued and has since joined another or begins earlier: the result known under this start no longer
    /// holds,
    /// and the aggregate is empty.
    /// </summary>
    public bool IsRetracted { get; init; }

    /// <summary>Size in the definition; the actual length of a session.</summary>
    public required TimeSpan Size { get; init; }

    public required WindowAggregate Aggregate { get; init; }

    /// <summary>Share of the expected samples that came with good quality, 0 to 1; 1 when the metric has no expected interval.</summary>
    public required double Completeness { get; init; }

    /// <summary>Null for a window of the default aggregates.</summary>
    public WindowDetail? Detail { get; init; }
}
