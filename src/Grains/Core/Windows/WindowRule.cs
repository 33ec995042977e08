using System.Collections.Immutable;

namespace Millwright.Core.Windows;

/// <summary>One kind of window over the metrics of a twin, already validated.</summary>
public sealed record WindowRule
{
    /// <summary>Most panes that one hopping window may be merged from (size / hop).</summary>
    public const int MaxPanesPerWindow = 256;

    public required WindowKind Kind { get; init; }

    /// <summary>Tumbling and hopping.</summary>
    public TimeSpan Size { get; init; }

    /// <summary>Hopping: divides the size. Ignored by the others.</summary>
    public TimeSpan Hop { get; init; }

    /// <summary>Moves the grid from the Unix epoch; tumbling and hopping.</summary>
    public TimeSpan Offset { get; init; }

    /// <summary>Session: exclusive; a pause of exactly this length keeps the session open.</summary>
    public TimeSpan Gap { get; init; }

    /// <summary>Indices into the twin's metric table; empty means all numeric metrics, also those that appear later.</summary>
    public ImmutableArray<int> Metrics { get; init; } = [];

    /// <summary>Longest size, gap or lateness: keeps sums of spans far from overflow.</summary>
    internal static TimeSpan Longest { get; } = TimeSpan.FromDays(366);

    /// <summary>The rollup that every numeric metric has.</summary>
    internal static WindowRule Rollup { get; } = new() { Kind = WindowKind.Tumbling, Size = TimeSpan.FromMinutes(1) };

    internal long PaneTicks => Kind == WindowKind.Hopping ? Hop.Ticks : Size.Ticks;

    internal void Validate()
    {
        if (Kind == WindowKind.Session)
        {
            Invariant.Holds(Gap > TimeSpan.Zero && Gap <= Longest);
            return;
        }

        Invariant.Holds(Size > TimeSpan.Zero && Size <= Longest && PaneTicks > 0 && Offset.Duration() <= Longest);
        Invariant.Holds(Size.Ticks % PaneTicks == 0);
        Invariant.Holds(Size.Ticks / PaneTicks <= MaxPanesPerWindow);
    }

    internal bool HasSameShape(WindowRule other) =>
        Kind == other.Kind && Offset == other.Offset && (Kind == WindowKind.Session ? Gap == other.Gap : Size == other.Size
            && PaneTicks == other.PaneTicks);
}
