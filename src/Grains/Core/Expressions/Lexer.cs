using System.Globalization;

namespace Millwright.Core.Expressions;

/// <summary>
/// Cuts an expression into tokens. A hyphen or a point inside of a name belongs to it, and a slash inside of a unit belongs to that:
/// operators stand between spaces.
/// </summary>
internal static class Lexer
{
    private static readonly string[] Words = ["and", "or", "not"];
    private static readonly string[] Signs = ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

    public static List<Token> Read(string text)
    {
        List<Token> tokens = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, "the end", at + 1));
                return tokens;
            }

            Token token = Next(text, ref at);
            tokens.Add(token);
        }
    }

    private static Token Next(string text, ref int at)
    {
        int start = at;
        char first = text[at];
        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number(text, ref at);
        }

        if (first is '\'' or '`')
        {
            int end = text.IndexOf(first, at + 1);
            if (end < 0)
            {
                throw new ExpressionFaultException(start + 1, $"the quotation that begins here does not end");
            }

            at = end + 1;
            return new Token(first == '`' ? TokenKind.Name : TokenKind.Text, text[(start + 1)..end], start + 1);
        }

        if (IsLetter(first))
        {
            string name = text[start..EndOf(text, ref at, IsInName)];
            return new Token(Words.Contains(name) ? TokenKind.Sign : TokenKind.Name, name, start + 1);
        }

        foreach (string sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new Token(TokenKind.Sign, sign, start + 1);
            }
        }

        throw new ExpressionFaultException(start + 1, $"'{first}' has no meaning here");
    }

    private static Token Number(string text, ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
        {
            at++;
        }

        int exponent = at + 1;
        if (exponent < text.Length && text[at] is 'e' or 'E' && text[exponent] is '+' or '-')
        {
            exponent++;
        }

        if (exponent < text.Length && text[at] is 'e' or 'E' && char.IsAsciiDigit(text[exponent]))
        {
            at = exponent;
            EndOf(text, ref at, (t, i) => char.IsAsciiDigit(t[i]));
        }

        string digits = text[start..at];
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
        {
            throw new ExpressionFaultException(start + 1, $"'{digits}' is no number");
        }

        return new Token(TokenKind.Number, digits, start + 1, number, Unit(text, ref at));
    }

    private static string Unit(string text, ref int at)
    {
        int start = at < text.Length && text[at] == ' ' ? at + 1 : at;
        if (start >= text.Length || !(IsLetter(text[start]) || text[start] is '%' or '°' || text.AsSpan(start).StartsWith("1/")))
        {
            return "";
        }

        int end = start;
        EndOf(text, ref end, (t, i) => IsLetter(t[i]) || char.IsAsciiDigit(t[i]) || t[i] is '%' or '°' or '/' or '.' or '-');
        string unit = text[start..end];
        if (Words.Contains(unit))
        {
            return "";
        }

        at = end;
        return unit;
    }

    private static int EndOf(string text, ref int at, Func<string, int, bool> belongs)
    {
        while (at < text.Length && belongs(text, at))
        {
            at++;
        }

        return at;
    }

    private static bool IsLetter(char c) => char.IsLetter(c) || c == '_';

    private static bool IsInName(string text, int at) => IsLetter(text[at]) || char.IsAsciiDigit(text[at])
        || (text[at] is '-' or '.' && at + 1 < text.Length && (IsLetter(text[at + 1]) || char.IsAsciiDigit(text[at + 1])));
}
