using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>Stored state of <c>IncidentGrain</c>; state name <c>incident</c>.</summary>
public sealed class IncidentEntity
{
    public const string StateName = "incident";

    public IncidentState? State { get; set; }

    /// <summary>
    /// Sequence of the newest event taken. One producer reports to an incident, in its order, so this alone tells a repetition.
    /// </summary>
    public long LastSequence { get; set; } = -1;
}
