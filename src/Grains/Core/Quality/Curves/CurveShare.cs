namespace Millwright.Core.Quality.Curves;

/// <param name="Feature">Index into <see cref="CurveFeatures.Names"/>.</param>
/// <param name="Observed">In the feature's own unit.</param>
/// <param name="Usual">What the programme's curves have; in a counterfactual, what would have sufficed.</param>
/// <param name="Share">Part of the score; negative for a feature that speaks for the curve.</param>
public readonly record struct CurveShare(int Feature, double Observed, double Usual, double Share);
