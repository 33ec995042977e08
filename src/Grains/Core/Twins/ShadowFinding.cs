using Millwright.Core.Detection;

namespace Millwright.Core.Twins;

/// <summary>An anomaly of a shadow, or one of the live detector that its shadow did not see.</summary>
/// <param name="IsLive">It is the live detector's.</param>
/// <param name="End">Null while it is open.</param>
/// <param name="IsCommon">Both saw it: the two overlap in event time.</param>
public sealed record ShadowFinding(Anomaly Begun, bool IsLive, DateTimeOffset? End, bool IsCommon);
