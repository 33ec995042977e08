using Millwright.Alerts;

namespace Millwright.Core.Alerting;

/// <summary>One alert from its beginning to its end, as it was known last.</summary>
/// <param name="End">Null while it is open.</param>
public sealed record AlertEpisode(AlertEvent Begun, DateTimeOffset? End)
{
    public DateTimeOffset Begin => Begun.EventTime;

    public DateTimeOffset LastKnown => End ?? DateTimeOffset.MaxValue;

    /// <summary>About several metrics together.</summary>
    public bool IsJoint => Begun.Subject == Begun.Explanation.DetectorId;
}
