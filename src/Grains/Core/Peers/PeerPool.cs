namespace Millwright.Core.Peers;

/// <summary>
/// Intuition: a pump is unlike its sisters when it lies further from their middle than they lie from it and from themselves.
///
/// Method: the centre is the median of the peers' levels, the spread within an asset the median of theirs: one sick peer moves neither.
/// The spread between assets is that of the levels about the centre; with five and more from the median deviation, with fewer the usual
/// standard deviation. Few peers say little about it, so it is drawn towards the spread within, which counts as two peers, and widened by
/// what a centre of n peers is itself worth. One peer alone thus says: about here, give or take its own spread one and a half times.
///
/// Trap: identical set-points have no spread at all; a floor relative to the centre keeps scales above zero. But only theirs: a
/// temperature in kelvin that trembles by a tenth is a good witness, though a tenth is less than a thousandth of it.
///
/// Source: shrinkage of a variance with few degrees of freedom after Smyth (2004); prediction interval of a new group.
/// </summary>
internal static class PeerPool
{
    /// <summary>Peers that the spread within counts as, when the spread between is judged.</summary>
    private const double PriorPeers = 2;

    /// <summary>Below this share of the centre's size a metric stands still, and is given the spread of the next.</summary>
    private const double StandsStill = 1e-6;
    private const double RelativeFloor = 1e-3;

    private const double AbsoluteFloor = 1e-9;
    private const double DeviationPerMedian = 1.4826;
    private const int RobustFrom = 5;

    /// <param name="levels">Of the same metric, state and band, one per peer; at least one.</param>
    public static PooledLevel Of(IReadOnlyList<PeerLevel> levels)
    {
        Invariant.Holds(levels.Count > 0);
        double centre = Median(levels.Select(l => l.Level));
        double within = Median(levels.Select(l => l.Spread));
        within = within > Math.Max(StandsStill * Math.Abs(centre), AbsoluteFloor)
            ? within
            : Math.Max(RelativeFloor * Math.Abs(centre), AbsoluteFloor);
        double others = levels.Count - 1;
        double seen = levels.Count >= RobustFrom
            ? Square(DeviationPerMedian * Median(levels.Select(l => Math.Abs(l.Level - centre))))
            : others > 0 ? levels.Sum(l => Square(l.Level - Mean(levels))) / others : 0;
        double drawn = ((others * seen) + (PriorPeers * within * within)) / (others + PriorPeers);
        double between = Math.Sqrt(drawn * (1 + (1.0 / levels.Count)));
        return new PooledLevel(centre, within, between, levels.Count, levels.Sum(l => l.Samples))
        {
            Tail = Math.Max(within, Median(levels.Select(l => l.Tail))),
        };
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return EvenSample.Quantile(sorted, 0.5);
    }

    private static double Mean(IReadOnlyList<PeerLevel> levels) => levels.Average(l => l.Level);

    private static double Square(double value) => value * value;
}
