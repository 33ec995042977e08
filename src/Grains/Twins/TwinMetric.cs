namespace Millwright.Grains.Twins;

/// <summary>An entry of a twin's metric table.</summary>
public sealed record TwinMetric(string Name, bool IsText);
