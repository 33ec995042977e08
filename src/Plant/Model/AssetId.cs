namespace Millwright.Plant;

/// <summary>
/// Identity of an asset and its twin: <c>namespace:name</c>, at most 256 characters, the grammar of Ditto's thing ids. The namespace is
/// the site.
/// </summary>
public readonly record struct AssetId
{
    public const int MaxLength = 256;

    private AssetId(string @namespace, string name)
    {
        Namespace = @namespace;
        Name = name;
    }

    public string Namespace { get; }

    public string Name { get; }

    public static bool TryParse(string? text, out AssetId id)
    {
        id = default;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !IsNamespace(text.AsSpan(0, colon)) || !IsName(text.AsSpan(colon + 1)))
        {
            return false;
        }

        id = new AssetId(text[..colon], text[(colon + 1)..]);
        return true;
    }

    public override string ToString() => $"{Namespace}:{Name}";

    private static bool IsNamespace(ReadOnlySpan<char> text)
    {
        bool atStart = true;
        foreach (char c in text)
        {
            if (atStart ? !char.IsAsciiLetter(c) : !(char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
            {
                return false;
            }

            atStart = c is '.' or '-';
        }

        return !atStart || text.IsEmpty;
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        foreach (char c in text)
        {
            if (c < ' ' || c == '/' || c is >= '\x7f' and <= '\xff')
            {
                return false;
            }
        }

        return true;
    }
}
