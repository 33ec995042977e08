namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: ten metrics of a pump move in two or three ways together: load, temperature, speed. A point far along these ways is an
/// unusual load; a point beside them is a machine that does something it never did, however small the distance.
///
/// Method: per operating state mean and covariance of the aligned metrics are learned with exponential forgetting. Now and then the
/// correlations are cut into principal components (<see cref="SymmetricEigen"/>): those that hold most of the variance are the model
/// space, the rest the residual. T² is the distance within the model space, SPE the squared distance from it; each is measured by what it
/// usually is (<see cref="UsualLevel"/>), and the two are added. That combined index φ is a quadratic form dᵀΦd, so metric i has the
/// share d_i·(Φd)_i, which add up exactly, and along one metric φ is a parabola, which gives the counterfactual. The score is φ over its
/// own usual value, taken out to one in a thousand by the shape of χ².
///
/// Trap: Mahalanobis distance weighs all directions by their variance, so with nearly redundant metrics the smallest, which are noise and
/// rounding, dominate. SPE takes them together as one. And cells that fire are not learned at all by default: a fault that lasts a week
/// must not become the baseline; that it is the new normal is for somebody to say (a reset of the baselines).
///
/// Source: Jackson and Mudholkar (1979) for SPE; combined index and contributions after Yue and Qin (2001) and Alcala and Qin (2009).
/// </summary>
internal sealed class SubspaceDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, SubspaceParameters parameters)
    : CellDetector(identity, new WatchedMetrics(metrics, SubspaceParameters.Kind), parameters.Cells)
{
    protected override bool AdoptsPriors => true;

    protected override CellBaseline NewBaseline() => new SubspaceBaseline(MetricCount, parameters);
}
