using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Millwright.Silo.Api.Rql;

/// <summary>
/// A path into a thing: <c>features/vib/properties/value</c>. <c>*</c> stands for any member; <c>~1</c> is a slash in a name and
/// <c>~0</c> a tilde.
/// </summary>
internal sealed record JsonPath(ImmutableArray<string> Segments)
{
    public const int MaxDepth = 16;
    public const int MaxLength = 512;

    public static bool TryParse(string text, [NotNullWhen(true)] out JsonPath? path)
    {
        path = null;
        string trimmed = text.StartsWith('/') ? text[1..] : text;
        if (trimmed.Length is 0 or > MaxLength)
        {
            return false;
        }

        string[] parts = trimmed.Split('/');
        if (parts.Length > MaxDepth || parts.Any(p => p.Length == 0))
        {
            return false;
        }

        path = new JsonPath([.. parts
            .Select(p => p.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))]);
        return true;
    }

    /// <summary>The one node at the path; a wildcard is not followed here.</summary>
    public bool TryFind(JsonElement root, out JsonElement found)
    {
        found = root;
        foreach (string segment in Segments)
        {
            if (!TryStep(found, segment, out found))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when any node at the path satisfies the predicate.</summary>
    public bool Any(JsonElement root, Func<JsonElement, bool> predicate) => Any(root, 0, predicate);

    public override string ToString() => string.Join('/', Segments);

    private bool Any(JsonElement node, int depth, Func<JsonElement, bool> predicate)
    {
        if (depth == Segments.Length)
        {
            return predicate(node);
        }

        if (Segments[depth] != "*")
        {
            return TryStep(node, Segments[depth], out JsonElement child) && Any(child, depth + 1, predicate);
        }

        if (node.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in node.EnumerateObject())
            {
                if (Any(property.Value, depth + 1, predicate))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool TryStep(JsonElement node, string segment, out JsonElement child)
    {
        if (node.ValueKind == JsonValueKind.Object)
        {
            return node.TryGetProperty(segment, out child);
        }

        if (node.ValueKind == JsonValueKind.Array && int.TryParse(segment, out int index) && index >= 0 && index < node.GetArrayLength())
        {
            child = node[index];
            return true;
        }

        child = default;
        return false;
    }
}
