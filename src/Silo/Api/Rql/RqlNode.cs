using System.Collections.Immutable;
using System.Text.Json;

namespace Millwright.Silo.Api.Rql;

/// <summary>A parsed filter. The family is closed: the parser makes these and the evaluator knows them all.</summary>
internal abstract record RqlNode
{
    private RqlNode()
    {
    }

    internal sealed record And(ImmutableArray<RqlNode> Operands) : RqlNode;

    internal sealed record Or(ImmutableArray<RqlNode> Operands) : RqlNode;

    internal sealed record Not(RqlNode Operand) : RqlNode;

    internal sealed record Exists(JsonPath Path) : RqlNode;

    internal sealed record Empty(JsonPath Path) : RqlNode;

    internal sealed record Compare(RqlOperator Operator, JsonPath Path, RqlValue Value) : RqlNode;

    internal sealed record In(JsonPath Path, ImmutableArray<RqlValue> Values) : RqlNode;

    internal sealed record Like(JsonPath Path, string Pattern, bool IgnoreCase) : RqlNode;
}

internal enum RqlOperator
{
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// <summary>A literal: string, number, true, false or null.</summary>
internal readonly record struct RqlValue(JsonValueKind Kind, string Text, double Number)
{
    public static RqlValue Null { get; } = new(JsonValueKind.Null, "", 0);

    public static RqlValue Of(string text) => new(JsonValueKind.String, text, 0);

    public static RqlValue Of(double number) => new(JsonValueKind.Number, "", number);

    public static RqlValue Of(bool value) => new(value ? JsonValueKind.True : JsonValueKind.False, "", 0);
}
