using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>A binary tree: at each branch one feature against one limit, at each leaf a value.</summary>
internal sealed class RegressionTree
{
    private readonly int[] features;
    private readonly double[] limits;
    private readonly int[] lefts;
    private readonly double[] values;

    /// <param name="features">Per node the feature it asks about, -1 at a leaf.</param>
    /// <param name="lefts">Per node the node for "at most the limit"; the other branch is the node after that.</param>
    public RegressionTree(int[] features, double[] limits, int[] lefts, double[] values)
    {
        this.features = features;
        this.limits = limits;
        this.lefts = lefts;
        this.values = values;
    }

    public double Value(ReadOnlySpan<double> of)
    {
        int node = 0;
        while (features[node] >= 0)
        {
            node = of[features[node]] <= limits[node] ? lefts[node] : lefts[node] + 1;
        }

        return values[node];
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(features.Length);
        for (int node = 0; node < features.Length; node++)
        {
            writer.Int32(features[node]);
            if (features[node] >= 0)
            {
                writer.Double(limits[node]);
                writer.Int32(lefts[node]);
            }
            else
            {
                writer.Double(values[node]);
            }
        }
    }

    public static RegressionTree Restore(StateReader reader, int featureCount)
    {
        int count = reader.Count(12);
        RegressionTree tree = new(new int[count], new double[count], new int[count], new double[count]);
        bool isWhole = count > 0;
        for (int node = 0; node < count && isWhole; node++)
        {
            int feature = tree.features[node] = reader.Int32();
            if (feature >= 0)
            {
                tree.limits[node] = reader.Double();
                int left = tree.lefts[node] = reader.Int32();

                // Branches only lead on, so that no tree, however damaged, can be walked for ever.
                isWhole = feature < featureCount && left > node && left < count - 1;
            }
            else
            {
                tree.values[node] = reader.Double();
                isWhole = feature == -1 && double.IsFinite(tree.values[node]);
            }
        }

        return isWhole ? tree : throw new StateFormatException("A tree of a fleet model is damaged.");
    }
}
