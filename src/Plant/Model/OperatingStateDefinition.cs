namespace Millwright.Plant;

/// <summary>A state holds while all of its conditions hold on the last values.</summary>
public sealed record OperatingStateDefinition
{
    public required string Name { get; init; }

    public IReadOnlyList<StateCondition> Conditions { get; init; } = [];

    /// <summary>Counts into running hours and starts.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Energized without producing: consumption here is judged against the meter's idle benchmark.</summary>
    public bool IsIdle { get; init; }
}
