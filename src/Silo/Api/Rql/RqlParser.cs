using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Millwright.Silo.Api.Rql;

/// <summary>
/// Reads Ditto's filter language, e.g. <c>and(eq(attributes/line,"L1"),gt(features/vib/properties/value,4))</c>, by recursive descent.
/// Depth, length and node count are bounded, so that a hostile filter costs no more than a long one.
/// </summary>
internal sealed class RqlParser
{
    public const int MaxLength = 4096;
    public const int MaxDepth = 16;
    public const int MaxNodes = 200;

    private static readonly Dictionary<string, RqlOperator> Comparisons = new(StringComparer.Ordinal)
    {
        ["eq"] = RqlOperator.Equal,
        ["ne"] = RqlOperator.NotEqual,
        ["gt"] = RqlOperator.Greater,
        ["ge"] = RqlOperator.GreaterOrEqual,
        ["lt"] = RqlOperator.Less,
        ["le"] = RqlOperator.LessOrEqual,
    };

    private readonly string text;
    private int position;
    private int nodes;
    private RqlFault? fault;

    private RqlParser(string text) => this.text = text;

    public static bool TryParse(string text, [NotNullWhen(true)] out RqlNode? node, [NotNullWhen(false)] out RqlFault? fault)
    {
        node = null;
        if (text.Length > MaxLength)
        {
            fault = new RqlFault(MaxLength, $"A filter may have at most {MaxLength} characters.");
            return false;
        }

        var parser = new RqlParser(text);
        node = parser.Expression(1);
        if (node is not null && parser.Peek() != '\0')
        {
            node = parser.Fail("Nothing may follow the filter");
        }

        fault = parser.fault;
        return node is not null;
    }

    private RqlNode? Expression(int depth)
    {
        if (depth > MaxDepth)
        {
            return Fail($"A filter may be nested at most {MaxDepth} deep");
        }

        if (++nodes > MaxNodes)
        {
            return Fail($"A filter may have at most {MaxNodes} terms");
        }

        Peek();
        int start = position;
        string name = Word();
        if (name.Length == 0)
        {
            return Fail("An operator is expected: eq ne gt ge lt le in like ilike exists empty and or not");
        }

        if (!Take('('))
        {
            return null;
        }

        RqlNode? node = name switch
        {
            "and" => Operands(depth) is { } all ? new RqlNode.And(all) : null,
            "or" => Operands(depth) is { } any ? new RqlNode.Or(any) : null,
            "not" => Expression(depth + 1) is { } operand ? new RqlNode.Not(operand) : null,
            "exists" => Path() is { } path ? new RqlNode.Exists(path) : null,
            "empty" => Path() is { } path ? new RqlNode.Empty(path) : null,
            "in" => In(),
            "like" => Like(ignoreCase: false),
            "ilike" => Like(ignoreCase: true),
            _ => Comparisons.TryGetValue(name, out RqlOperator comparison) ? Compare(comparison)
                : FailAt(start, $"'{name}' is not an operator"),
        };
        return node is not null && Take(')') ? node : null;
    }

    private ImmutableArray<RqlNode>? Operands(int depth)
    {
        var operands = ImmutableArray.CreateBuilder<RqlNode>();
        do
        {
            if (Expression(depth + 1) is not { } operand)
            {
                return null;
            }

            operands.Add(operand);
        }
        while (TryTake(','));
        return operands.ToImmutable();
    }

    private RqlNode.Compare? Compare(RqlOperator comparison) =>
        Path() is { } path && Take(',') && Value() is { } value ? new RqlNode.Compare(comparison, path, value) : null;

    private RqlNode? In()
    {
        if (Path() is not { } path || !Take(','))
        {
            return null;
        }

        var values = ImmutableArray.CreateBuilder<RqlValue>();
        do
        {
            if (++nodes > MaxNodes)
            {
                return Fail($"A filter may have at most {MaxNodes} terms");
            }

            if (Value() is not { } value)
            {
                return null;
            }

            values.Add(value);
        }
        while (TryTake(','));
        return new RqlNode.In(path, values.ToImmutable());
    }

    private RqlNode? Like(bool ignoreCase)
    {
        if (Path() is not { } path || !Take(','))
        {
            return null;
        }

        return Peek() is '"' or '\'' ? (Quoted() is { } pattern ? new RqlNode.Like(path, pattern, ignoreCase) : null)
            : Fail("like takes a quoted pattern");
    }

    private JsonPath? Path()
    {
        Peek();
        int start = position;
        while (position < text.Length && text[position] is not (',' or '(' or ')' or '"' or '\'') && !char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        string written = text[start..position];
        if (JsonPath.TryParse(written, out JsonPath? path))
        {
            return path;
        }

        FailAt(start, written.Length == 0 ? "A property path is expected" : $"'{written}' is not a property path");
        return null;
    }

    private RqlValue? Value()
    {
        char first = Peek();
        int start = position;
        if (first is '"' or '\'')
        {
            return Quoted() is { } quoted ? RqlValue.Of(quoted) : null;
        }

        while (position < text.Length && text[position] is not (',' or '(' or ')') && !char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        string literal = text[start..position];
        switch (literal)
        {
            case "true" or "false":
                return RqlValue.Of(literal == "true");
            case "null":
                return RqlValue.Null;
        }

        if (double.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            return RqlValue.Of(number);
        }

        FailAt(start, literal.Length == 0 ? "A value is expected"
            : $"'{literal}' is not a value: text needs quotes, others are numbers, true, false and null");
        return null;
    }

    private string? Quoted()
    {
        int start = position;
        char quote = text[position++];
        var content = new StringBuilder();
        while (position < text.Length)
        {
            char c = text[position++];
            if (c == quote)
            {
                return content.ToString();
            }

            if (c == '\\')
            {
                if (position >= text.Length)
                {
                    break;
                }

                c = text[position++];
            }

            content.Append(c);
        }

        FailAt(start, "The text that begins here is not closed");
        return null;
    }

    private string Word()
    {
        int start = position;
        while (position < text.Length && char.IsAsciiLetter(text[position]))
        {
            position++;
        }

        return text[start..position];
    }

    /// <summary>The next character that is not a space; NUL at the end.</summary>
    private char Peek()
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }

        return position < text.Length ? text[position] : '\0';
    }

    private bool TryTake(char wanted)
    {
        if (Peek() != wanted)
        {
            return false;
        }

        position++;
        return true;
    }

    private bool Take(char wanted)
    {
        if (TryTake(wanted))
        {
            return true;
        }

        Fail(position < text.Length ? $"'{wanted}' is expected, not '{text[position]}'" : $"'{wanted}' is expected, but the filter ends");
        return false;
    }

    private RqlNode? Fail(string message) => FailAt(position, message);

    // The first fault is the true one; what follows is only its echo.
    private RqlNode? FailAt(int at, string message)
    {
        fault ??= new RqlFault(at, message);
        return null;
    }
}
