namespace Millwright.Core.Expressions;

/// <summary>Something is wrong with an expression.</summary>
/// <param name="Column">From 1.</param>
public sealed record ExpressionFault(int Column, string Message)
{
    public override string ToString() => FormattableString.Invariant($"column {Column}: {Message}");
}
