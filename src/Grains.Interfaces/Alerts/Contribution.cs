using Orleans;

namespace Millwright.Alerts;

/// <summary>What one metric added to a score.</summary>
[GenerateSerializer, Immutable, Alias("millwright.contribution")]
public sealed record Contribution
{
    [Id(0)] public required string Metric { get; init; }

    [Id(1)] public required double Observed { get; init; }

    [Id(2)] public required double Baseline { get; init; }

    [Id(3)] public required string Unit { get; init; }

    /// <summary>In units of the score; may be negative for a metric that speaks against the finding.</summary>
    [Id(4)] public required double Share { get; init; }
}
