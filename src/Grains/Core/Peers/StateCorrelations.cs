namespace Millwright.Core.Peers;

/// <summary>Running covariance of metrics that stand side by side.</summary>
internal sealed class StateCorrelations(int metrics)
{
    private readonly double[] mean = new double[metrics];
    private readonly double[] sums = new double[metrics * metrics];
    private readonly double[] before = new double[metrics];

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<double> row)
    {
        Rows++;
        for (int i = 0; i < metrics; i++)
        {
            before[i] = row[i] - mean[i];
            mean[i] += before[i] / Rows;
        }

        for (int i = 0; i < metrics; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                sums[(i * metrics) + j] += before[i] * (row[j] - mean[j]);
            }
        }
    }

    /// <summary>The lower triangle without the diagonal; a metric that stands still is correlated with nothing.</summary>
    public double[] ToTriangle()
    {
        double[] triangle = new double[metrics * (metrics - 1) / 2];
        int next = 0;
        for (int i = 1; i < metrics; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double size = Math.Sqrt(sums[(i * metrics) + i] * sums[(j * metrics) + j]);
                double correlation = size > 0 ? sums[(i * metrics) + j] / size : 0;
                triangle[next++] = double.IsFinite(correlation) ? Math.Clamp(correlation, -1, 1) : 0;
            }
        }

        return triangle;
    }
}
