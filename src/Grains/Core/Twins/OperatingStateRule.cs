using System.Collections.Immutable;

namespace Millwright.Core.Twins;

/// <summary>An operating state holds while all of its conditions hold.</summary>
public sealed record OperatingStateRule
{
    /// <summary>The state when none of the defined ones holds.</summary>
    public const string Unknown = "unknown";

    public required string Name { get; init; }

    public required ImmutableArray<ConditionRule> Conditions { get; init; }

    /// <summary>Counts into running time and starts.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Energized without producing.</summary>
    public bool IsIdle { get; init; }
}
