using Millwright.Core.Detection;

namespace Millwright.Core.Twins;

/// <summary>One detector of a twin as it stands.</summary>
/// <param name="Mode">Where event time has come to.</param>
/// <param name="Next">What it will be with the next sample, when that is something else.</param>
/// <param name="Open">Subjects of which an anomaly is open.</param>
/// <param name="Verdict">The most telling of its subjects; null while it has judged none or cannot say.</param>
/// <param name="Warmup">0 to 1, of the subject that has learned least; null when it cannot say.</param>
/// <param name="Shadow">Against the live one of the same id; null when it is live.</param>
public sealed record DetectorStatus(
    DetectorIdentity Detector, DetectorMode Mode, DetectorMode? Next, int Open, DecisionVerdict? Verdict, double? Warmup,
        ShadowTally? Shadow);
