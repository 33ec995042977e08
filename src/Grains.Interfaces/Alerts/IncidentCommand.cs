using Orleans;

namespace Millwright.Alerts;

/// <summary>What an operator does to an incident.</summary>
[GenerateSerializer, Immutable, Alias("millwright.incident-command")]
public sealed record IncidentCommand
{
    /// <summary>Who, 1 to 128 characters.</summary>
    [Id(0)] public required string Operator { get; init; }

    /// <summary>At most 2,000 characters.</summary>
    [Id(1)] public string Comment { get; init; } = "";

    /// <summary>Shelve: until when, at most 7 days ahead.</summary>
    [Id(2)] public DateTimeOffset? Until { get; init; }

    /// <summary>Judge: <c>true</c>, <c>nuisance</c> or <c>unsure</c>.</summary>
    [Id(3)] public string? Verdict { get; init; }
}
