using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>Stored state of <c>IncidentGrain</c>; state name <c>incident</c>.</summary>
public sealed class IncidentEntity
{
    public const string StateName = "incident";

    public IncidentState? State { get; set; }

    /// <summary>Ids of the newest events, for deduplication; bounded.</summary>
    public ImmutableArray<string> KnownIds { get; set; } = [];
}
