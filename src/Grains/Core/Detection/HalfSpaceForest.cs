namespace Millwright.Core.Detection;

/// <summary>
/// The cuts of all trees, in a space where the first window of each metric spans 0 to 1. Drawn from the detector's id, so that a replay, a
/// restore and every machine cut alike and nothing of it needs to be stored.
/// </summary>
internal sealed class HalfSpaceForest
{
    /// <summary>How far beyond the first window cuts are drawn, in its widths: what falls there is what is looked for.</summary>
    private const double Margin = 0.5;

    private readonly int[] metricOf;
    private readonly double[] cutAt;
    private ulong state;

    public HalfSpaceForest(string id, int metrics, int trees, int levels)
    {
        Metrics = metrics;
        Trees = trees;
        Levels = levels;
        metricOf = new int[trees * Inner];
        cutAt = new double[trees * Inner];
        state = Seed(id);
        double[] low = new double[metrics];
        double[] high = new double[metrics];
        for (int tree = 0; tree < trees; tree++)
        {
            Array.Fill(low, -Margin);
            Array.Fill(high, 1 + Margin);
            Cut(tree, 0, low, high);
        }
    }

    public int Metrics { get; }

    public int Trees { get; }

    public int Levels { get; }

    /// <summary>Nodes of a tree, its leaves included. The children of node n are 2n + 1 and 2n + 2.</summary>
    public int Nodes => (2 << Levels) - 1;

    private int Inner => (1 << Levels) - 1;

    public int MetricOf(int tree, int node) => metricOf[(tree * Inner) + node];

    public double CutAt(int tree, int node) => cutAt[(tree * Inner) + node];

    private static ulong Seed(string id)
    {
        // FNV-1a.
        ulong hash = 14_695_981_039_346_656_037;
        foreach (char letter in id)
        {
            hash = unchecked((hash ^ letter) * 1_099_511_628_211);
        }

        return hash;
    }

    private void Cut(int tree, int node, double[] low, double[] high)
    {
        if (node >= Inner)
        {
            return;
        }

        int metric = (int)(Next() % (ulong)Metrics);
        (double from, double to) = (low[metric], high[metric]);
        double cut = from + ((to - from) * NextShare());
        metricOf[(tree * Inner) + node] = metric;
        cutAt[(tree * Inner) + node] = cut;
        high[metric] = cut;
        Cut(tree, (2 * node) + 1, low, high);
        (low[metric], high[metric]) = (cut, to);
        Cut(tree, (2 * node) + 2, low, high);
        low[metric] = from;
    }

    private double NextShare() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private ulong Next()
    {
        unchecked
        {
            ulong mixed = state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
