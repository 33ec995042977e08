namespace Millwright.Core.Prognosis;

/// <summary>
/// Remaining life in the unit of the fleet's age: the expected one, and the bounds between which it lies eight times out of ten. At the
/// model's ceiling it means "this or more".
/// </summary>
public readonly record struct RemainingLife(double Expected, double P10, double P90);
