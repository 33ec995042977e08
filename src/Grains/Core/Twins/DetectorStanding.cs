using Millwright.Core.Detection;

namespace Millwright.Core.Twins;

/// <summary>A detector and one of its subjects.</summary>
/// <param name="Metric">-1 when it judges several together, or when it cannot say anything of any.</param>
/// <param name="Decision">Null when it has not judged the subject, or cannot say.</param>
public readonly record struct DetectorStanding(DetectorIdentity Detector, int Metric, Decision? Decision);
