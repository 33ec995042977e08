using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: flow at 40 is normal and current at 3 is normal, but never the two together. What is unusual is the combination.
///
/// Method: the metrics are brought onto a grid of event time and averaged over the last few cells. Per operating state mean and covariance
/// are learned with exponential forgetting. A cell's distance is T² = dᵀS⁻¹d, d being its deviation from the mean. The score is T² over an
/// online quantile of what was usual lately (one in ten), taken out to one in a thousand by the shape of χ². A cell is judged before it is
/// learned, when a sample of a later cell arrives; it takes a few in a row to fire. A cell that lies beyond is learned with a hundredth of
/// the weight, so that a fault does not become the normal case by itself, yet a new normal does in the end. The contribution of metric i is
/// d_i·(S⁻¹d)_i, which add up to the score exactly. A negative one means that the metric, given the others, speaks against the finding.
///
/// Trap: the quantiles of theory (χ², F) assume independent cells; means over overlapping cells of a real process are anything but, and a
/// theoretical limit cries all day. That is why the score is relative to an observed quantile. And metrics that copy each other make S
/// nearly singular: correlations are shrunk and variances kept off zero before it is factored.
///
/// Source: Hotelling's T² (1947) as multivariate chart; decomposition of contributions after Alcala and Qin (2009); quantile by stochastic
/// approximation (Robbins and Monro).
/// </summary>
internal sealed class MahalanobisDetector : CellDetector
{
    private readonly MahalanobisParameters parameters;
    private readonly JointDistance distance;

    public MahalanobisDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, MahalanobisParameters parameters)
        : base(identity, new WatchedMetrics(metrics, MahalanobisParameters.Kind), parameters.Cells)
    {
        this.parameters = parameters;
        distance = new JointDistance(MetricCount);
    }

    protected override byte OlderVersions => 2;

    protected override bool AdoptsPriors => true;

    protected override CellBaseline NewBaseline() => new Baseline(MetricCount, distance, parameters);

    /// <param name="distance">Of the cell that is judged: the states share it.</param>
    private sealed class Baseline(int metrics, JointDistance distance, MahalanobisParameters parameters) : CellBaseline
    {
        private readonly double tailPerUsual = JointDistance.TailPerUsual(metrics);
        private JointBaseline joint = new(metrics);
        private bool isMeasured;
        private double toScore;

        public override double Warmup => (double)joint.Cells / parameters.Warmup;

        public override bool TryScore(ReadOnlySpan<double> cell, out double score)
        {
            // The usual distance is learned in the second half of the warm-up: distances from a mean of few cells would be noise.
            isMeasured = joint.Cells >= parameters.Warmup / 2 && distance.TryMeasure(joint, cell, parameters);
            score = isMeasured ? Math.Min(distance.PerMetric / (joint.Level * tailPerUsual), Finding.MaxScore) : 0;
            toScore = isMeasured && distance.Squared > 0 ? score / distance.Squared : 0;
            return isMeasured && joint.Cells >= parameters.Warmup;
        }

        public override double Expected(int position) => joint.Mean[position];

        public override double Share(int position) => distance.Share(position) * toScore;

        public override bool TryMoveInside(ReadOnlySpan<double> cell, int position, double limit, out double value)
        {
            bool isInside = distance.TryMoveInside(position, limit * joint.Level * tailPerUsual * metrics, out double shift);
            value = cell[position] + shift;
            return isInside;
        }

        public override void Learn(ReadOnlySpan<double> cell, bool isOut)
        {
            double weight = Math.Max(1.0 / (joint.Cells + 1), 1.0 / parameters.Memory);
            if (isMeasured && !isOut)
            {
                joint.LearnLevel(distance.PerMetric);
            }

            joint.Learn(cell, isOut ? weight * parameters.Guard : weight);
        }

        public override void Save(StateWriter writer) => joint.Save(writer);

        public override void Restore(StateReader reader) => joint = JointBaseline.Restore(reader, metrics);
    }
}
