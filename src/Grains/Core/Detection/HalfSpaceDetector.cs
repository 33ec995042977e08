namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: cut the space of all metrics in half, at random, again and again. Where many of the usual points fell, the next one is no
/// surprise; an unusual one soon stands in an empty half.
///
/// Method: a forest whose cuts are drawn once from the detector's id (<see cref="HalfSpaceForest"/>). Per operating state each node counts the
/// points of the last window; a window later these counts are the profile by which new points are judged. Along a point's way down a tree
/// each cut adds −log₂ of how much emptier than half the entered half is, and that amount belongs to the metric that was cut: so the shares
/// of the metrics add up. The score is the mean over the trees, less what each metric usually adds, in deviations of the score's own upper
/// tail: it needs no scale from outside. What fires is not learned.
///
/// Trap: the paper's score has no unit and its threshold was chosen by hand per data set. A tail that is calibrated while the machine is
/// well means the same everywhere. And where a node holds only a few points its halves are chance: the way ends there. It sees what is far
/// out in one metric or empty in several, and is blind to a broken correlation within the ranges: that is what t2-spe is for. Each further
/// metric dilutes it.
///
/// Source: Tan, Ting and Liu, Fast Anomaly Detection for Streaming Data (2011). Ours are the attribution along the path and cuts at random
/// places, as isolation forests have them, instead of the middles: they also fall beyond the usual ranges, where outliers are.
/// </summary>
internal sealed class HalfSpaceDetector : CellDetector
{
    private readonly HalfSpaceParameters parameters;
    private readonly HalfSpaceForest forest;

    public HalfSpaceDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, HalfSpaceParameters parameters)
        : base(identity, new WatchedMetrics(metrics, HalfSpaceParameters.Kind), parameters.Cells)
    {
        this.parameters = parameters;
        forest = new HalfSpaceForest(identity.Id, MetricCount, parameters.Trees, parameters.Levels);
    }

    protected override CellBaseline NewBaseline() => new HalfSpaceBaseline(forest, parameters);
}
