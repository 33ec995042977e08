namespace Millwright.Plant;

/// <summary>One production step; its limits are inclusive.</summary>
public sealed record StepDefinition
{
    public required string Name { get; init; }

    public IReadOnlyList<LimitDefinition> Limits { get; init; } = [];

    /// <summary>Null: no curve of this step is judged.</summary>
    public CurveDefinition? Curve { get; init; }

    /// <summary>Severity of the alert for a violation, 1 to 1000.</summary>
    public int Severity { get; init; } = 700;
}
