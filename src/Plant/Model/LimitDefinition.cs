namespace Millwright.Plant;

public sealed record LimitDefinition
{
    /// <summary>Metric of the step's record.</summary>
    public required string Parameter { get; init; }

    public string Unit { get; init; } = "";

    public double? Lower { get; init; }

    public double? Upper { get; init; }
}
