namespace Millwright.Core.Twins;

/// <summary>One metric of a twin, already validated.</summary>
public sealed record MetricRule
{
    public required string Name { get; init; }

    public string Unit { get; init; } = "";

    /// <summary>Physical range, inclusive; null for no bound.</summary>
    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>Null: completeness and staleness are not judged.</summary>
    public TimeSpan? ExpectedInterval { get; init; }

    public bool IsText { get; init; }
}
