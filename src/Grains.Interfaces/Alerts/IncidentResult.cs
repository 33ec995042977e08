using Orleans;

namespace Millwright.Alerts;

/// <summary>Outcome of a command: the new state, or a refusal with a stable code.</summary>
[GenerateSerializer, Immutable, Alias("millwright.incident-result")]
public sealed record IncidentResult
{
    [Id(0)] public IncidentState? State { get; init; }

    /// <summary>
    /// Null on success; else <c>incident.notfound</c>, <c>incident.cleared</c>, <c>incident.until.invalid</c> or
    /// <c>incident.verdict.invalid</c>.
    /// </summary>
    [Id(1)] public string? Code { get; init; }

    /// <summary>What happened and what to do, for a person.</summary>
    [Id(2)] public string Message { get; init; } = "";
}
