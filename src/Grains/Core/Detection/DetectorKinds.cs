using System.Collections.Immutable;

namespace Millwright.Core.Detection;

/// <summary>The catalogue of detectors; <c>docs/detectors.md</c> says the same for people, and a test compares the two.</summary>
public static class DetectorKinds
{
    public static ImmutableArray<DetectorKind> All { get; } =
    [
        ThresholdParameters.Kind, RobustZParameters.Kind, StuckParameters.Kind, SilenceParameters.Kind, MahalanobisParameters.Kind,
        HealthParameters.Kind,
    ];

    public static DetectorKind? Find(string kind) => All.FirstOrDefault(entry => entry.Name == kind);
}
