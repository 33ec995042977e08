namespace Millwright.Core.Energy;

/// <summary>What was counted in one operating state; the duration is the measured time only.</summary>
public sealed record StateQuantity(string OperatingState, double Quantity, TimeSpan Duration);
