using Orleans;

namespace Millwright.Telemetry;

/// <summary>Says that a record holds the parameters of one production step on one unit.</summary>
[GenerateSerializer, Immutable, Alias("millwright.unit-step")]
public sealed record UnitStep
{
    /// <summary>Serial number of the unit, 1 to 128 characters.</summary>
    [Id(0)] public required string UnitId { get; init; }

    /// <summary>Name of the step as the plant model spells it.</summary>
    [Id(1)] public required string Step { get; init; }
}
