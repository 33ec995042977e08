using Orleans;

namespace Millwright.Twins;

/// <summary>A reason for which something did not become an alert, or not yet.</summary>
[GenerateSerializer, Immutable, Alias("millwright.suppression")]
public sealed record Suppression
{
    /// <summary>Stable: docs/reason-codes.md lists them.</summary>
    [Id(0)] public required string Code { get; init; }

    [Id(1)] public required string Detail { get; init; }
}
