namespace Millwright.Core.Quality;

/// <summary>Inclusive limits of one parameter of a step; a missing side is open.</summary>
public sealed record StepLimit(string Parameter, string Unit, double? Lower, double? Upper);
