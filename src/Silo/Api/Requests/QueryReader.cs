using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Millwright.Plant;

namespace Millwright.Silo.Api.Requests;

/// <summary>
/// Reads typed query parameters and keeps the first fault as a problem. A handler reads all it needs, looks at <see cref="Problem"/>
/// once, and so cannot act on half-valid input.
/// </summary>
internal sealed class QueryReader
{
    public const int MaxValue = 4096;

    private readonly IQueryCollection query;

    public QueryReader(HttpContext context)
    {
        query = context.Request.Query;
        IReadOnlyList<QueryParameter> known = context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [];
        foreach ((string name, StringValues values) in query)
        {
            if (!known.Any(k => k.Name == name))
            {
                string names = string.Join(", ", known.Select(k => k.Name));
                Fail("query.unknown", $"The parameter '{Shorten(name)}' is not known here. Known: {names}.");
            }
            else if (values.Count > 1)
            {
                Fail("query.repeated", $"The parameter '{name}' may be given once.");
            }
            else if (values.ToString().Length > MaxValue)
            {
                Fail("query.toolong", $"The parameter '{name}' is longer than {MaxValue} characters.");
            }
        }
    }

    public ProblemHttpResult? Problem { get; private set; }

    public string? Text(string name, int maxLength = 256)
    {
        if (!query.TryGetValue(name, out StringValues values))
        {
            return null;
        }

        string text = values.ToString();
        if (text.Length == 0)
        {
            Fail($"{name}.invalid", $"The parameter '{name}' is empty. Leave it out, or give it a value.");
        }
        else if (text.Length > maxLength || text.Any(char.IsControl))
        {
            Fail($"{name}.invalid", $"The parameter '{name}' must be 1 to {maxLength} characters without control characters.");
        }

        return text;
    }

    public string Required(string name, int maxLength = 256)
    {
        string? text = Text(name, maxLength);
        if (text is null)
        {
            Fail($"{name}.missing", $"The parameter '{name}' is required.");
        }

        return text ?? "";
    }

    public string? AssetId(string name = "asset")
    {
        string? text = Text(name);
        if (text is not null && !Plant.AssetId.TryParse(text, out _))
        {
            Fail($"{name}.invalid", $"'{Shorten(text)}' is not an asset id. An asset id is namespace:name, e.g. acme.lyon:press-04.");
        }

        return text;
    }

    public string RequiredAssetId(string name = "asset")
    {
        Required(name);
        return AssetId(name) ?? "";
    }

    public int Size(int standard = 50, int maximum = 200, string name = "size")
    {
        string? text = Text(name);
        if (text is null)
        {
            return standard;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size < 1 || size > maximum)
        {
            Fail($"{name}.invalid", $"The parameter '{name}' must be a whole number from 1 to {maximum}.");
            return standard;
        }

        return size;
    }

    public DateTimeOffset? Instant(string name)
    {
        string? text = Text(name, 64);
        if (text is null || Instants.TryParse(text, out DateTimeOffset instant))
        {
            return text is null ? null : Instants.Parse(text);
        }

        Fail($"{name}.invalid",
            $"The parameter '{name}' must be an instant: ISO 8601 with offset (2026-01-01T00:00:00Z) or Unix milliseconds.");
        return null;
    }

    public (DateTimeOffset? From, DateTimeOffset? To) Range()
    {
        DateTimeOffset? from = Instant("from");
        DateTimeOffset? to = Instant("to");
        if (from is not null && to is not null && from >= to)
        {
            Fail("range.invalid", "'from' must be before 'to'.");
        }

        return (from, to);
    }

    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        string? text = Text(name);
        if (text is not null && !allowed.Contains(text))
        {
            Fail($"{name}.invalid", $"The parameter '{name}' must be one of: {string.Join(", ", allowed.ToArray())}.");
        }

        return text;
    }

    public TEnum? Choice<TEnum>(string name)
        where TEnum : struct, Enum
    {
        // None is the absence of flags, not something to ask for.
        string[] names = [.. Enum.GetNames<TEnum>().Where(n => n != "None").Select(Camel)];
        string? text = Choice(name, names);
        return text is not null && names.Contains(text) ? Enum.Parse<TEnum>(text, ignoreCase: true) : null;
    }

    /// <summary>The parts of a cursor that this API gave out for <paramref name="scope"/>; null for the first page.</summary>
    public Cursor? Cursor(string scope, int parts)
    {
        string? text = Text("cursor", Requests.Cursor.MaxLength);
        if (text is null)
        {
            return null;
        }

        if (Requests.Cursor.TryParse(text, scope, parts, out Cursor? cursor))
        {
            return cursor;
        }

        Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        return null;
    }

    public long? Ordinal(string scope)
    {
        if (Cursor(scope, 1) is not { } cursor)
        {
            return null;
        }

        if (cursor.Number(0) is { } ordinal and >= 0)
        {
            return ordinal;
        }

        Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        return null;
    }

    public void Fail(string code, string detail) => Problem ??= ApiProblem.BadRequest(code, detail);

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64] + "…";

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
