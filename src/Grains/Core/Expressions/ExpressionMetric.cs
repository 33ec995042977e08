namespace Millwright.Core.Expressions;

/// <summary>A metric that expressions may name.</summary>
/// <param name="Index">In the twin's metric table.</param>
/// <param name="Unit">As in the plant model; empty for a plain number.</param>
public sealed record ExpressionMetric(string Name, int Index, string Unit, bool IsText = false);
