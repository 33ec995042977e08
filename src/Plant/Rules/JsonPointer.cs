using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Millwright.Plant.Rules;

/// <summary>RFC 6901, cut into UTF-8 tokens once so that evaluating it allocates nothing.</summary>
public sealed class JsonPointer
{
    /// <summary>Deeper than a payload may be; a longer pointer could never match.</summary>
    public const int MaxTokens = 32;

    private JsonPointer(string text, ImmutableArray<Token> tokens)
    {
        Text = text;
        Tokens = tokens;
    }

    public static JsonPointer Root { get; } = new("", []);

    public string Text { get; }

    public ImmutableArray<Token> Tokens { get; }

    /// <summary>False with the reason when the text is no pointer. The empty text points to the root.</summary>
    public static bool TryParse(string text, out JsonPointer pointer, out string fault)
    {
        pointer = Root;
        fault = "";
        if (text.Length == 0)
        {
            return true;
        }

        if (text[0] != '/')
        {
            fault = "a JSON pointer starts with '/'";
            return false;
        }

        string[] parts = text[1..].Split('/');
        if (parts.Length > MaxTokens)
        {
            fault = $"a pointer has at most {MaxTokens} parts";
            return false;
        }

        var tokens = ImmutableArray.CreateBuilder<Token>(parts.Length);
        foreach (string part in parts)
        {
            if (!TryUnescape(part, out string name))
            {
                fault = "'~' must be written '~0', and '/' inside a name '~1'";
                return false;
            }

            tokens.Add(new Token(Encoding.UTF8.GetBytes(name), IndexOf(name)));
        }

        pointer = new JsonPointer(text, tokens.MoveToImmutable());
        return true;
    }

    private static int IndexOf(string name) =>
        (name == "0" || (name.Length is > 0 and < 9 && name[0] is >= '1' and <= '9'))
        && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1;

    private static bool TryUnescape(string part, out string name)
    {
        name = part;
        for (int i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
        {
            if (i + 1 >= part.Length || part[i + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        // The order matters: "~01" is "~1", not "/".
        name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        return true;
    }

    /// <summary>One step: a member's name, which on an array means its index (-1 when it is none).</summary>
    public readonly record struct Token(ReadOnlyMemory<byte> Name, int Index);
}
