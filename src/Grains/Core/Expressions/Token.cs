namespace Millwright.Core.Expressions;

/// <param name="Column">From 1.</param>
/// <param name="Unit">Of a number: as written behind it.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Column, double Number = 0, string Unit = "");
