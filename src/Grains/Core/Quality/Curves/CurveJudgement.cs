using System.Collections.Immutable;

namespace Millwright.Core.Quality.Curves;

/// <summary>What one curve's features are worth beside those of the curves before it.</summary>
public sealed record CurveJudgement
{
    /// <summary>Squared joint distance, T².</summary>
    public required double Score { get; init; }

    public required double Threshold { get; init; }

    public bool IsUnusual => Score >= Threshold;

    /// <summary>Curves of this programme that have taught.</summary>
    public required int Learned { get; init; }

    /// <summary>One per feature, in the order of <see cref="CurveFeatures.Names"/>; the shares sum to the score.</summary>
    public required ImmutableArray<CurveShare> Shares { get; init; }

    /// <summary>
    /// The one feature, and the value it would have needed, the others as they were, for the score to stay below the threshold.
    /// </summary>
    public CurveShare? Counterfactual { get; init; }

    /// <summary>
    /// When an unusual curve has no such feature: whole percent of each feature's distance from the usual, in its own unit, at which the
    /// score would have stayed below the threshold; 0 to 99, the largest that did when it was tried.
    /// </summary>
    public int? Nearness { get; init; }
}
