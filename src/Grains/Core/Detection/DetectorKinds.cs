using System.Collections.Immutable;
using Millwright.Core.Detection.Combined;
using Millwright.Core.Detection.Levels;
using Millwright.Core.Detection.Novelty;

namespace Millwright.Core.Detection;

/// <summary>The catalogue of detectors; <c>docs/detectors.md</c> says the same for people, and a test compares the two.</summary>
public static class DetectorKinds
{
    public static ImmutableArray<DetectorKind> All { get; } =
    [
        ThresholdParameters.Kind,
        RateOfChangeParameters.Kind,
        SpikeParameters.Kind,
        RobustZParameters.Kind,
        LevelShiftParameters.Kind,
        TrendParameters.Kind,
        SeasonalParameters.Kind,
        StuckParameters.Kind,
        SilenceParameters.Kind,
        MahalanobisParameters.Kind,
        SubspaceParameters.Kind,
        HalfSpaceParameters.Kind,
        NoveltyParameters.Kind,
        JointLevelParameters.Kind,
        CombinedParameters.Kind,
        HealthParameters.Kind,
        ExpressionParameters.Kind,
    ];

    /// <summary>
    /// Kinds whose score is a distance from a level in standard deviations, or from a mean by a covariance, so that peers can stand in for
    /// what was not learned yet.
    /// </summary>
    public static ImmutableArray<string> AdoptingPriors { get; } =
        [RobustZParameters.Name, SeasonalParameters.Name, MahalanobisParameters.Name, SubspaceParameters.Name];

    public static DetectorKind? Find(string kind) => All.FirstOrDefault(entry => entry.Name == kind);
}
