using System.Collections.Immutable;

namespace Millwright.Core.Windows;

/// <summary>One kind of window over the metrics of a twin, already validated.</summary>
public sealed record WindowRule
{
    /// <summary>Most panes that one hopping window may be merged from (size / hop).</summary>
    public const int MaxPanesPerWindow = 256;

    /// <summary>Most samples that a sliding or count window holds; beyond it the oldest leave a sliding window early.</summary>
    public const int MaxSamples = 100_000;

    /// <summary>Most quantiles of one rule.</summary>
    public const int MaxQuantiles = 8;

    public required WindowKind Kind { get; init; }

    /// <summary>Beside the default ones.</summary>
    public WindowAggregates Aggregates { get; init; }

    /// <summary>Above 0 and below 1, ascending; when <see cref="WindowAggregates.Quantiles"/> is wanted.</summary>
    public ImmutableArray<double> Quantiles { get; init; } = [];

    /// <summary>Count windows: how many samples they hold, 1 to <see cref="MaxSamples"/>.</summary>
    public int Samples { get; init; }

    /// <summary>Count windows: false for the last N at every sample, true for every N.</summary>
    public bool IsEvery { get; init; }

    /// <summary>
    /// Of ordered windows: names of the operating states whose samples they take. Empty means all; of state windows all that are defined.
    /// </summary>
    public ImmutableArray<string> States { get; init; } = [];

    /// <summary>Tumbling, hopping, and sliding.</summary>
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

    internal long PaneTicks => Kind is WindowKind.Hopping or WindowKind.HoppingByState ? Hop.Ticks : Size.Ticks;

    /// <summary>A name for the state that its results stand for, when it takes the samples of some only.</summary>
    internal string? StatesLabel => States.IsEmpty || Kind == WindowKind.State ? null : string.Join(',', States);

    internal bool Wants(WindowAggregates aggregate) => (Aggregates & aggregate) != 0;

    internal void Validate()
    {
        Invariant.Holds(Quantiles.Length <= MaxQuantiles && Wants(WindowAggregates.Quantiles) == !Quantiles.IsEmpty);
        Invariant.Holds(Quantiles.All(q => q is > 0 and < 1));

        // A value carried over the samples of other states would count there too.
        Invariant.Holds(!Wants(WindowAggregates.Ordered) || (Kind.IsOrdered() && (States.IsEmpty || Kind == WindowKind.State)));
        Invariant.Holds(States.IsEmpty || Kind is WindowKind.Sliding or WindowKind.Count or WindowKind.State);
        switch (Kind)
        {
            case WindowKind.Session:
                Invariant.Holds(Gap > TimeSpan.Zero && Gap <= Longest);
                break;
            case WindowKind.Sliding:
                Invariant.Holds(Size > TimeSpan.Zero && Size <= Longest);
                break;
            case WindowKind.Count:
                Invariant.Holds(Samples is > 0 and <= MaxSamples);
                break;
            case WindowKind.State:
                break;
            default:
                Invariant.Holds(Size > TimeSpan.Zero && Size <= Longest && PaneTicks > 0 && Offset.Duration() <= Longest);
                Invariant.Holds(Size.Ticks % PaneTicks == 0);
                Invariant.Holds(Size.Ticks / PaneTicks <= MaxPanesPerWindow);
                break;
        }
    }

    /// <summary>
    /// What one metric needs computed: of several rules that cut the same windows one, that computes what any of them wants of it. By
    /// metric and not by rule, for two rules may share some metrics only.
    /// </summary>
    internal static List<WindowRule> For(int metric, IEnumerable<WindowRule> rules)
    {
        List<WindowRule> merged = [];
        foreach (WindowRule rule in rules.Where(r => r.Metrics.IsEmpty || r.Metrics.Contains(metric)))
        {
            int same = merged.FindIndex(r => r.HasSameShape(rule));
            if (same < 0)
            {
                merged.Add(rule);
            }
            else
            {
                merged[same] = merged[same].With(rule);
            }
        }

        return merged;
    }

    /// <summary>Cuts the same windows; they may differ in what they compute of them.</summary>
    internal bool HasSameShape(WindowRule other) => Kind == other.Kind && Offset == other.Offset && Kind switch
    {
        WindowKind.Session => Gap == other.Gap,
        WindowKind.Count => Samples == other.Samples && IsEvery == other.IsEvery && StatesLabel == other.StatesLabel,
        WindowKind.State => true,
        WindowKind.Sliding => Size == other.Size && StatesLabel == other.StatesLabel,
        _ => Size == other.Size && PaneTicks == other.PaneTicks,
    };

    /// <summary>Of two rules that cut the same windows: one that computes what either wants.</summary>
    internal WindowRule With(WindowRule other) => this with
    {
        Aggregates = Aggregates | other.Aggregates,
        Quantiles = [.. Quantiles.Union(other.Quantiles).Order().Take(MaxQuantiles)],
        States = States.IsEmpty || other.States.IsEmpty ? [] : [.. States.Union(other.States)],
    };
}
