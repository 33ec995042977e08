namespace Millwright.Core.Prognosis;

/// <summary>Grows one tree on the errors that are left, always splitting the leaf where that removes most of them.</summary>
internal sealed class TreeGrower(FeatureBins bins)
{
    private const int MostLeaves = 16;
    private const int LeastRows = 40;

    /// <summary>Added to the rows of a leaf when its value is taken: few rows are trusted less.</summary>
    private const double Caution = 1;

    private readonly int[] rows = new int[bins.Rows];
    private readonly int[] spare = new int[bins.Rows];

    public RegressionTree Grow(double[] errors, double rate)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row] = row;
        }

        List<Leaf> leaves = [new Leaf(0, 0, rows.Length, new Histogram(bins, rows, errors))];
        leaves[0].FindSplit(bins);
        Nodes nodes = new();
        nodes.Add();
        while (leaves.Count < MostLeaves && leaves.MaxBy(leaf => leaf.Gain) is { Gain: > 0 } widest)
        {
            Split(widest, leaves, nodes, errors);
        }

        foreach (Leaf leaf in leaves)
        {
            nodes.Values[leaf.Node] = rate * leaf.Counts.Sum / (leaf.Counts.Rows + Caution);
        }

        return nodes.ToTree();
    }

    private void Split(Leaf leaf, List<Leaf> leaves, Nodes nodes, double[] errors)
    {
        int middle = Partition(leaf);
        int left = nodes.Branch(leaf.Node, leaf.Feature, bins.Limit(leaf.Feature, leaf.Bin));
        bool isLeftSmall = middle - leaf.Begin <= leaf.End - middle;
        Span<int> small = isLeftSmall ? rows.AsSpan(leaf.Begin..middle) : rows.AsSpan(middle..leaf.End);
        Histogram counted = new(bins, small, errors);

        // The larger half is the whole without the smaller one: only the smaller is counted.
        leaf.Counts.Subtract(counted);
        leaves.Remove(leaf);
        leaves.Add(new Leaf(left, leaf.Begin, middle, isLeftSmall ? counted : leaf.Counts));
        leaves.Add(new Leaf(left + 1, middle, leaf.End, isLeftSmall ? leaf.Counts : counted));
        leaves[^2].FindSplit(bins);
        leaves[^1].FindSplit(bins);
    }

    private int Partition(Leaf leaf)
    {
        int low = leaf.Begin;
        int high = 0;
        for (int i = leaf.Begin; i < leaf.End; i++)
        {
            if (bins.Row(rows[i])[leaf.Feature] <= leaf.Bin)
            {
                rows[low++] = rows[i];
            }
            else
            {
                spare[high++] = rows[i];
            }
        }

        spare.AsSpan(0, high).CopyTo(rows.AsSpan(low));
        return low;
    }

    private sealed class Leaf(int node, int begin, int end, Histogram counts)
    {
        public int Node { get; } = node;

        public int Begin { get; } = begin;

        public int End { get; } = end;

        public Histogram Counts { get; } = counts;

        public double Gain { get; private set; }

        public int Feature { get; private set; }

        public int Bin { get; private set; }

        public void FindSplit(FeatureBins bins)
        {
            double whole = Worth(Counts.Sum, Counts.Rows);
            for (int feature = 0; feature < bins.Features; feature++)
            {
                double sum = 0;
                int count = 0;
                for (int bin = 0; bin < bins.Splits(feature); bin++)
                {
                    sum += Counts.SumOf(feature, bin);
                    count += Counts.RowsOf(feature, bin);
                    int others = Counts.Rows - count;
                    double gain = count < LeastRows || others < LeastRows
                        ? 0
                        : Worth(sum, count) + Worth(Counts.Sum - sum, others) - whole;
                    if (gain > Gain)
                    {
                        (Gain, Feature, Bin) = (gain, feature, bin);
                    }
                }
            }
        }

        private static double Worth(double sum, int count) => sum * sum / (count + Caution);
    }

    private sealed class Histogram
    {
        private readonly double[] sums;
        private readonly int[] counts;

        public Histogram(FeatureBins bins, ReadOnlySpan<int> rows, double[] errors)
        {
            sums = new double[bins.Features * FeatureBins.Most];
            counts = new int[sums.Length];
            Rows = rows.Length;
            foreach (int row in rows)
            {
                double error = errors[row];
                Sum += error;
                int place = 0;
                foreach (byte bin in bins.Row(row))
                {
                    sums[place + bin] += error;
                    counts[place + bin]++;
                    place += FeatureBins.Most;
                }
            }
        }

        public int Rows { get; private set; }

        public double Sum { get; private set; }

        public double SumOf(int feature, int bin) => sums[(feature * FeatureBins.Most) + bin];

        public int RowsOf(int feature, int bin) => counts[(feature * FeatureBins.Most) + bin];

        public void Subtract(Histogram part)
        {
            Rows -= part.Rows;
            Sum -= part.Sum;
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] -= part.sums[i];
                counts[i] -= part.counts[i];
            }
        }
    }

    private sealed class Nodes
    {
        private readonly List<int> features = [];
        private readonly List<double> limits = [];
        private readonly List<int> lefts = [];

        public List<double> Values { get; } = [];

        public void Add()
        {
            features.Add(-1);
            limits.Add(0);
            lefts.Add(0);
            Values.Add(0);
        }

        public int Branch(int node, int feature, double limit)
        {
            (features[node], limits[node], lefts[node]) = (feature, limit, features.Count);
            Add();
            Add();
            return lefts[node];
        }

        public RegressionTree ToTree() => new([.. features], [.. limits], [.. lefts], [.. Values]);
    }
}
