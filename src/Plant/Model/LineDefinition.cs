namespace Millwright.Plant;

/// <summary>A production line and the limits of its steps.</summary>
public sealed record LineDefinition
{
    /// <summary>As <see cref="Location.LineKey"/>.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    public IReadOnlyList<StepDefinition> Steps { get; init; } = [];
}
