namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a bearing at 60 degrees is fine, and one that gained 20 of them in a minute is not, whatever its limit says.
///
/// Method: the slope of a straight line fitted by least squares to the trailing span (<see cref="TrailingSlope"/>). With limits the score
/// is 1 at the limit and grows by 1 per size of that limit (or distance of two, if that is less). Without, one slope per span is learned
/// per operating state, and the score is the distance from their median over <c>threshold</c> robust standard deviations. What fires is
/// learned clipped half-way to the limit. An anomaly ends below 0.8.
///
/// Trap: the difference of two samples over their distance in time is noise divided by a small number; it gets worse the faster one
/// samples. A fit over a span of event time means the same at every rate.
///
/// Source: rate-of-change alarms of ISA-18.2; the fit is ordinary least squares; learned limits as in <see cref="RobustZDetector"/>.
/// </summary>
internal sealed class RateOfChangeDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, RateOfChangeParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, RateOfChangeParameters.Kind), parameters.Settle, RateBaseline.Limit)
{
    protected override MetricBaseline NewBaseline() => new RateBaseline(parameters);
}
