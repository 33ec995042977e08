using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Millwright.Silo.Api.Rql;

/// <summary>Ditto's <c>option</c>: <c>sort(+attributes/line,-_modified),size(25),cursor(x)</c>.</summary>
internal sealed record SearchOptions
{
    public const int StandardSize = 25;
    public const int MaxSize = 200;
    public const int MaxSorts = 8;
    public const int MaxLength = 8192;

    public ImmutableArray<SortField> Sort { get; init; } = [];

    public int Size { get; init; } = StandardSize;

    public string? Cursor { get; init; }

    public static bool TryParse(string text, [NotNullWhen(true)] out SearchOptions? options, [NotNullWhen(false)] out RqlFault? fault)
    {
        options = null;
        fault = text.Length > MaxLength ? new RqlFault(MaxLength, $"An option may have at most {MaxLength} characters") : null;
        var read = new SearchOptions();
        int position = 0;
        while (fault is null && position < text.Length)
        {
            int open = text.IndexOf('(', position);
            int close = open < 0 ? -1 : text.IndexOf(')', open);
            if (close < 0)
            {
                fault = new RqlFault(position, "name(argument) is expected: sort(…), size(…) or cursor(…)");
                break;
            }

            (read, fault) = read.With(text[position..open].Trim(), text[(open + 1)..close], position);
            position = close + 1;
            if (fault is null && position < text.Length && text[position++] != ',')
            {
                fault = new RqlFault(position - 1, "',' is expected between options");
            }
        }

        options = fault is null ? read : null;
        return fault is null;
    }

    /// <summary>The order as text, part of a cursor's scope.</summary>
    public string SortText()
    {
        var text = new StringBuilder();
        foreach (SortField field in Sort)
        {
            text.Append(field.Descending ? '-' : '+').Append(field.Path).Append(',');
        }

        return text.ToString();
    }

    private (SearchOptions Options, RqlFault? Fault) With(string name, string argument, int position)
    {
        switch (name)
        {
            case "size":
                bool valid = int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
                    && size is >= 1 and <= MaxSize;
                return valid ? (this with { Size = size }, null)
                    : (this, new RqlFault(position, $"size must be a whole number from 1 to {MaxSize}"));
            case "cursor":
                return argument.Length > 0 ? (this with { Cursor = argument }, null)
                    : (this, new RqlFault(position, "cursor needs a value"));
            case "sort":
                return SortBy(argument, position);
            default:
                return (this, new RqlFault(position, "Options are sort(…), size(…) and cursor(…)"));
        }
    }

    private (SearchOptions Options, RqlFault? Fault) SortBy(string argument, int position)
    {
        var fields = ImmutableArray.CreateBuilder<SortField>();
        foreach (string part in argument.Split(','))
        {
            // A '+' that was not percent-encoded arrives as a space, or is trimmed away; ascending is the default anyway.
            string field = part.Trim();
            bool descending = field.StartsWith('-');
            string path = field.TrimStart('+', '-');
            if (field.Length - path.Length > 1 || !JsonPath.TryParse(path, out JsonPath? parsed) || parsed.Segments.Contains("*"))
            {
                return (this, new RqlFault(position, $"'{part}' is not a field to sort by"));
            }

            fields.Add(new SortField(parsed, descending));
        }

        return fields.Count > MaxSorts
            ? (this, new RqlFault(position, $"At most {MaxSorts} fields may be sorted by"))
            : (this with { Sort = fields.ToImmutable() }, null);
    }
}

internal sealed record SortField(JsonPath Path, bool Descending);
