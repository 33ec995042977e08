using Microsoft.Extensions.Primitives;

namespace Millwright.Silo.Api.Things;

/// <summary>If-Match and If-None-Match against one entity tag (RFC 9110, weak tags compare by their value).</summary>
internal static class EntityTags
{
    public static bool Matches(StringValues header, string tag)
    {
        foreach (string? line in header)
        {
            foreach (string candidate in (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                string value = candidate.StartsWith("W/", StringComparison.Ordinal) ? candidate[2..] : candidate;
                if (value == "*" || value == tag)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
