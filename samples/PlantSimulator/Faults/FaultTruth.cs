namespace Millwright.Simulation.Faults;

/// <summary>What really is wrong, for whoever scores alerts against it.</summary>
public sealed record FaultTruth
{
    /// <summary>Asset id, <c>namespace:name</c>.</summary>
    public required string Asset { get; init; }

    public required FaultKind Kind { get; init; }

    public required DateTimeOffset Start { get; init; }

    /// <summary>Exclusive.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Metrics of <see cref="Asset"/> that the fault changes; for silence, the ones that stop.</summary>
    public required IReadOnlyList<string> Metrics { get; init; }

    /// <summary><c>maintenance</c>, <c>quality</c>, <c>energy</c>.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary>Other assets on which the same cause shows.</summary>
    public required IReadOnlyList<string> AlsoAffected { get; init; }
}
