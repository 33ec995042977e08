namespace Millwright.Core.Detection;

/// <summary>Makes detectors of what a plant model says.</summary>
public static class DetectorFactory
{
    /// <param name="metrics">Indices into the twin's metric table.</param>
    /// <exception cref="ArgumentException">A fault that <see cref="DetectorParameters.Validate"/> would have named, or a number of metrics
    /// outside the kind's.</exception>
    public static IDetector Create(
        DetectorIdentity id,
        IReadOnlyList<int> metrics,
        IReadOnlyDictionary<string, double> parameters) => id.Kind switch
    {
        ThresholdParameters.Name => new ThresholdDetector(id, metrics, ThresholdParameters.From(parameters)),
        RobustZParameters.Name => new RobustZDetector(id, metrics, RobustZParameters.From(parameters)),
        StuckParameters.Name => new StuckDetector(id, metrics, StuckParameters.From(parameters)),
        SilenceParameters.Name => new SilenceDetector(id, metrics, SilenceParameters.From(parameters)),
        MahalanobisParameters.Name => new MahalanobisDetector(id, metrics, MahalanobisParameters.From(parameters)),
        HealthParameters.Name => new HealthDetector(id, metrics, HealthParameters.From(parameters)),
        _ => throw new ArgumentException(DetectorParameters.Validate(id.Kind, parameters)[0], nameof(id)),
    };

    /// <summary>As above, judging only in <paramref name="states"/>; none named means all.</summary>
    public static IDetector Create(
        DetectorIdentity id,
        IReadOnlyList<int> metrics,
        IReadOnlyDictionary<string, double> parameters,
        IReadOnlyCollection<string> states)
    {
        IDetector detector = Create(id, metrics, parameters);
        return states.Count == 0 ? detector : new StateGate(detector, states);
    }
}
