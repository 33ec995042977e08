namespace Millwright.Plant;

/// <summary>What the runs to failure of a fleet say about an asset's remaining life.</summary>
public sealed record PrognosisDefinition
{
    /// <summary>File that <c>millwright train</c> made, as a path below the plant's folder, e.g. <c>engines.fleet</c>.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// Expected remaining life at and below which it alerts, in the unit of the fleet's age. Above 0, at most 80 % of the ceiling.
    /// </summary>
    public required double Warn { get; init; }
}
