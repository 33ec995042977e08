using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: a crude guess, corrected by a small tree that learned where the guess was wrong, corrected by the next tree, and so on. Each
/// correction is taken only in part, so that no tree's mistake weighs much.
///
/// Method: gradient boosting of the squared error. Trees grow leaf by leaf where the gain is largest, up to 16 leaves; a leaf holds at least
/// 40 rows and its value is shrunk towards zero. No sampling: the same rows give the same trees, bit by bit.
///
/// Trap: rows of one unit are near copies of each other. Judged on rows of units it has seen, any such model looks perfect: see the folds
/// by unit in <see cref="FleetModel"/>.
///
/// Source: Friedman (2001); histograms and growth by leaf after Ke et al. (2017).
/// </summary>
internal sealed class BoostedTrees
{
    private const double Rate = 0.05;
    private const int MostTrees = 1_000;

    private readonly double start;
    private readonly RegressionTree[] trees;

    private BoostedTrees(double start, RegressionTree[] trees)
    {
        this.start = start;
        this.trees = trees;
    }

    public static BoostedTrees Learn(double[][] rows, double[] targets, int rounds)
    {
        Invariant.Holds(rows.Length > 0 && rows.Length == targets.Length);
        FeatureBins bins = new(rows, rows[0].Length);
        TreeGrower grower = new(bins);
        double start = targets.Sum() / targets.Length;
        double[] errors = [.. targets.Select(target => target - start)];
        RegressionTree[] trees = new RegressionTree[rounds];
        for (int round = 0; round < rounds; round++)
        {
            trees[round] = grower.Grow(errors, Rate);
            for (int row = 0; row < rows.Length; row++)
            {
                errors[row] -= trees[round].Value(rows[row]);
            }
        }

        return new BoostedTrees(start, trees);
    }

    public double Value(ReadOnlySpan<double> features)
    {
        double sum = start;
        foreach (RegressionTree tree in trees)
        {
            sum += tree.Value(features);
        }

        return sum;
    }

    public void Save(StateWriter writer)
    {
        writer.Double(start);
        writer.Int32(trees.Length);
        foreach (RegressionTree tree in trees)
        {
            tree.Save(writer);
        }
    }

    public static BoostedTrees Restore(StateReader reader, int features)
    {
        double start = reader.Double();
        int count = reader.Count(16);
        if (!double.IsFinite(start) || count > MostTrees)
        {
            throw new StateFormatException("The trees of a fleet model are damaged.");
        }

        RegressionTree[] trees = new RegressionTree[count];
        for (int i = 0; i < count; i++)
        {
            trees[i] = RegressionTree.Restore(reader, features);
        }

        return new BoostedTrees(start, trees);
    }
}
