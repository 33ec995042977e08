using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Millwright.Silo.Api.Rql;

/// <summary>
/// Ditto's <c>fields</c>: <c>thingId,attributes(line,area),features/*/properties/value</c>. A selected node is written whole; its
/// parents are written around it.
/// </summary>
internal sealed class FieldSelection
{
    public const int MaxLength = 4096;
    public const int MaxFields = 200;

    private readonly Dictionary<string, FieldSelection> children = new(StringComparer.Ordinal);
    private bool isWhole;

    public static bool TryParse(string text, [NotNullWhen(true)] out FieldSelection? selection, [NotNullWhen(false)] out RqlFault? fault)
    {
        selection = null;
        if (text.Length > MaxLength)
        {
            fault = new RqlFault(MaxLength, $"A field selection may have at most {MaxLength} characters.");
            return false;
        }

        var reader = new Reader(text);
        var root = new FieldSelection();
        fault = reader.Read(root);
        selection = fault is null ? root : null;
        return fault is null;
    }

    public void Write(Utf8JsonWriter writer, JsonElement node)
    {
        if (isWhole || node.ValueKind != JsonValueKind.Object)
        {
            node.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (JsonProperty property in node.EnumerateObject())
        {
            if (Find(property.Name) is { } child && child.Selects(property.Value))
            {
                writer.WritePropertyName(property.Name);
                child.Write(writer, property.Value);
            }
        }

        writer.WriteEndObject();
    }

    private FieldSelection? Find(string name)
    {
        FieldSelection? named = children.GetValueOrDefault(name);
        FieldSelection? any = children.GetValueOrDefault("*");
        if (named is null || any is null)
        {
            return named ?? any;
        }

        // Both speak of this member: it gets what either selects.
        var both = new FieldSelection { isWhole = named.isWhole || any.isWhole };
        foreach ((string key, FieldSelection child) in named.children.Concat(any.children))
        {
            both.children[key] = child;
        }

        return both;
    }

    /// <summary>Whether anything below is selected; a parent of nothing is left out.</summary>
    private bool Selects(JsonElement node)
    {
        if (isWhole)
        {
            return true;
        }

        return node.ValueKind == JsonValueKind.Object && node.EnumerateObject().Any(p => Find(p.Name)?.Selects(p.Value) ?? false);
    }

    private FieldSelection Child(string name)
    {
        if (!children.TryGetValue(name, out FieldSelection? child))
        {
            child = new FieldSelection();
            children.Add(name, child);
        }

        return child;
    }

    private sealed class Reader(string text)
    {
        private int position;
        private int fields;

        public RqlFault? Read(FieldSelection root)
        {
            RqlFault? fault = List(root, 1);
            return fault ?? (position < text.Length ? new RqlFault(position, "Nothing may follow the field selection") : null);
        }

        private RqlFault? List(FieldSelection parent, int depth)
        {
            do
            {
                if (Field(parent, depth) is { } fault)
                {
                    return fault;
                }
            }
            while (TryTake(','));
            return null;
        }

        private RqlFault? Field(FieldSelection parent, int depth)
        {
            if (depth > JsonPath.MaxDepth || ++fields > MaxFields)
            {
                return new RqlFault(position, $"A field selection may have at most {MaxFields} fields, {JsonPath.MaxDepth} deep");
            }

            TryTake('/');
            int start = position;
            while (position < text.Length && text[position] is not (',' or '(' or ')' or '/'))
            {
                position++;
            }

            string name = text[start..position].Trim().Replace("~1", "/", StringComparison.Ordinal)
                .Replace("~0", "~", StringComparison.Ordinal);
            if (name.Length == 0)
            {
                return new RqlFault(start, "A field name is expected");
            }

            FieldSelection field = parent.Child(name);
            if (position < text.Length && text[position] == '/')
            {
                return Field(field, depth + 1);
            }

            if (TryTake('('))
            {
                return List(field, depth + 1) ?? (TryTake(')') ? null : new RqlFault(position, "')' is expected"));
            }

            field.isWhole = true;
            return null;
        }

        private bool TryTake(char wanted)
        {
            if (position >= text.Length || text[position] != wanted)
            {
                return false;
            }

            position++;
            return true;
        }
    }
}
