namespace Millwright.Plant;

public sealed record MetricDefinition
{
    /// <summary>1 to 128 characters, unique in its asset.</summary>
    public required string Name { get; init; }

    /// <summary>UCUM code or the plant's own spelling; empty for a number without unit.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Physical range: a value outside is kept with quality uncertain and shown to no detector. Null: no bound.</summary>
    public double? Minimum { get; init; }

    public double? Maximum { get; init; }

    /// <summary>How often a value is expected; judges completeness and staleness. Null: not judged.</summary>
    public TimeSpan? ExpectedInterval { get; init; }

    /// <summary>True for a metric whose value is text, e.g. a state or a programme name.</summary>
    public bool IsText { get; init; }

    /// <summary>
    /// What is derived from this metric, which comes as blocks of values; null for an ordinary one. Only types still have such metrics: an
    /// asset has the derived ones in their place, and the definition among its blocks.
    /// </summary>
    public BlockDefinition? Derive { get; init; }
}
