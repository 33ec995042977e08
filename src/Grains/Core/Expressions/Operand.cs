namespace Millwright.Core.Expressions;

/// <summary>What a part of an expression is, with its type: a number in a unit, a truth, or a text.</summary>
internal abstract record Operand(int Column)
{
    public abstract string TypeName { get; }
}

/// <param name="IsDifference">A distance on a scale and no place on it: of temperatures, 5 degrees of it are 5 K.</param>
internal sealed record QuantityOperand(Quantity Node, Unit Unit, int Column, bool IsDifference = false) : Operand(Column)
{
    public override string TypeName => "a number";
}

internal sealed record TruthOperand(Truth Node, int Column) : Operand(Column)
{
    public override string TypeName => "a condition";
}

internal sealed record TextOperand(string Text, bool IsState, int Column) : Operand(Column)
{
    public override string TypeName => "a text";
}
