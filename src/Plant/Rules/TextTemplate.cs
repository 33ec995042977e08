using System.Collections.Immutable;
using System.Text;

namespace Millwright.Plant.Rules;

/// <summary>Text with <c>{capture}</c> from the topic and <c>{/pointer}</c> into the payload, e.g. <c>acme.lyon:{asset}</c>.</summary>
public sealed class TextTemplate
{
    private TextTemplate(ImmutableArray<Part> parts) => Parts = parts;

    public ImmutableArray<Part> Parts { get; }

    /// <summary>False: no pointer, so it is settled by the topic alone.</summary>
    public bool NeedsPayload => Parts.Any(p => p.Pointer is not null);

    public static bool TryParse(string text, out TextTemplate template, out string fault)
    {
        template = new TextTemplate([]);
        fault = "";
        var parts = ImmutableArray.CreateBuilder<Part>();
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int literalEnd = open < 0 ? text.Length : open;
            if (text.AsSpan(at, literalEnd - at).Contains('}'))
            {
                fault = "a '}' without its '{'";
                return false;
            }

            if (literalEnd > at)
            {
                parts.Add(new Part(text[at..literalEnd], null, null));
            }

            if (open < 0)
            {
                break;
            }

            int close = text.IndexOf('}', open);
            if (close < 0)
            {
                fault = "a '{' without its '}'";
                return false;
            }

            if (!TryReference(text[(open + 1)..close], out Part part, out fault))
            {
                return false;
            }

            parts.Add(part);
            at = close + 1;
        }

        template = new TextTemplate(parts.ToImmutable());
        return true;
    }

    /// <summary>Puts the captures in. Slashes inside a captured rest become dots, because ids and metric names know no slash.</summary>
    public TextTemplate Resolve(IReadOnlyDictionary<string, string> captures)
    {
        var resolved = ImmutableArray.CreateBuilder<Part>();
        var literal = new StringBuilder();
        foreach (Part part in Parts)
        {
            if (part.Pointer is null)
            {
                literal.Append(part.Literal ?? captures[part.Capture!].Replace('/', '.'));
                continue;
            }

            if (literal.Length > 0)
            {
                resolved.Add(new Part(literal.ToString(), null, null));
                literal.Clear();
            }

            resolved.Add(part);
        }

        if (literal.Length > 0)
        {
            resolved.Add(new Part(literal.ToString(), null, null));
        }

        return new TextTemplate(resolved.ToImmutable());
    }

    internal static bool IsCaptureName(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool TryReference(string inner, out Part part, out string fault)
    {
        part = default;
        if (inner.StartsWith('/'))
        {
            if (!JsonPointer.TryParse(inner, out JsonPointer pointer, out fault))
            {
                return false;
            }

            part = new Part(null, null, pointer);
            return true;
        }

        fault = IsCaptureName(inner) ? "" : $"'{{{inner}}}' is neither a capture of the topic nor a pointer like '{{/id}}'";
        part = new Part(null, inner, null);
        return fault.Length == 0;
    }

    /// <summary>Exactly one of the three is set.</summary>
    public readonly record struct Part(string? Literal, string? Capture, JsonPointer? Pointer);
}
