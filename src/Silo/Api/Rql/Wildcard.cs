namespace Millwright.Silo.Api.Rql;

/// <summary>
/// Matches <c>*</c> (any run) and <c>?</c> (any one character) in linear space and without backtracking further than the last star: no
/// pattern can blow it up.
/// </summary>
internal static class Wildcard
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase = false)
    {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || IsSame(pattern[p], text[t], ignoreCase)))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }

    private static bool IsSame(char a, char b, bool ignoreCase) => a == b
        || (ignoreCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
