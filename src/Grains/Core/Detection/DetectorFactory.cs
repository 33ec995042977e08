using Millwright.Core.Detection.Combined;
using Millwright.Core.Detection.Levels;
using Millwright.Core.Detection.Novelty;

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
        ExpressionParameters.Name => throw new ArgumentException("An expression is made of its program.", nameof(id)),
        CombinedParameters.Name => new CombinedDetector(id, metrics, CombinedParameters.From(parameters)),
        JointLevelParameters.Name => new JointLevelDetector(id, metrics, JointLevelParameters.From(parameters)),
        NoveltyParameters.Name => new NoveltyDetector(id, metrics, NoveltyParameters.From(parameters)),
        RateOfChangeParameters.Name => new RateOfChangeDetector(id, metrics, RateOfChangeParameters.From(parameters)),
        SpikeParameters.Name => new SpikeDetector(id, metrics, SpikeParameters.From(parameters)),
        LevelShiftParameters.Name => new LevelShiftDetector(id, metrics, LevelShiftParameters.From(parameters)),
        TrendParameters.Name => new TrendDetector(id, metrics, TrendParameters.From(parameters)),
        SeasonalParameters.Name => new SeasonalDetector(id, metrics, SeasonalParameters.From(parameters)),
        SubspaceParameters.Name => new SubspaceDetector(id, metrics, SubspaceParameters.From(parameters)),
        HalfSpaceParameters.Name => new HalfSpaceDetector(id, metrics, HalfSpaceParameters.From(parameters)),
        HealthParameters.Name => new HealthDetector(id, metrics, HealthParameters.From(parameters)),
        _ => throw new ArgumentException(DetectorParameters.Validate(id.Kind, parameters)[0], nameof(id)),
    };

    /// <summary>A user's rule, judging only in <paramref name="states"/>; none named means all.</summary>
    /// <exception cref="ArgumentException">As above.</exception>
    public static IDetector Create(
        DetectorIdentity id,
        Expressions.ExpressionProgram program,
        IReadOnlyDictionary<string, double> parameters,
        IReadOnlyCollection<string> states) =>
        Gated(new ExpressionDetector(id, program, ExpressionParameters.From(parameters)), states);

    /// <summary>As above, judging only in <paramref name="states"/>; none named means all.</summary>
    public static IDetector Create(
        DetectorIdentity id,
        IReadOnlyList<int> metrics,
        IReadOnlyDictionary<string, double> parameters,
        IReadOnlyCollection<string> states) => Gated(Create(id, metrics, parameters), states);

    internal static IDetector Gated(IDetector detector, IReadOnlyCollection<string> states) =>
        states.Count == 0 ? detector : new StateGate(detector, states);
}
