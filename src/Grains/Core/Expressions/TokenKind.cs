namespace Millwright.Core.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Name,

    /// <summary>In single quotes.</summary>
    Text,

    /// <summary>Operators, parentheses, commas, and the words <c>and</c>, <c>or</c>, <c>not</c>.</summary>
    Sign,
}
