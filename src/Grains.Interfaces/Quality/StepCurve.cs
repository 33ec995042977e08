using System.Collections.Immutable;
using Millwright.Alerts;
using Orleans;

namespace Millwright.Quality;

/// <summary>What a step's curve is worth beside the usual ones of its programme.</summary>
[GenerateSerializer, Immutable, Alias("millwright.step-curve")]
public sealed record StepCurve
{
    /// <summary>Squared joint distance of the curve's features.</summary>
    [Id(0)] public required double Score { get; init; }

    /// <summary>At and above it the curve is unusual.</summary>
    [Id(1)] public required double Threshold { get; init; }

    [Id(2)] public required bool IsUnusual { get; init; }

    /// <summary>Empty when all curves of the step are alike.</summary>
    [Id(3)] public required string Programme { get; init; }

    /// <summary>Curves of the programme that had taught before; 0: judged by the family of all programmes.</summary>
    [Id(4)] public required int Learned { get; init; }

    /// <summary>One per feature, largest first; the shares sum to the score.</summary>
    [Id(5)] public required ImmutableArray<Contribution> Contributions { get; init; }

    /// <summary>What would have had to be otherwise for it to be usual; empty for a usual one.</summary>
    [Id(6)] public required string Counterfactual { get; init; }

    /// <summary>Of the definition in the plant model.</summary>
    [Id(7)] public required string Version { get; init; }
}
