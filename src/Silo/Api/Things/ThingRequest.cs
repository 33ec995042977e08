using Microsoft.Extensions.Primitives;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Rql;

namespace Millwright.Silo.Api.Things;

/// <summary>The query of a request under /api/2, read as a whole; <see cref="Error"/> is its first fault.</summary>
internal sealed record ThingRequest
{
    public const int MaxIds = 200;

    public static readonly QueryParameter Ids = new("ids", "Comma-separated thing ids, at most 200.");
    public static readonly QueryParameter Namespaces = new("namespaces", "Comma-separated namespaces.");
    public static readonly QueryParameter Fields = new("fields",
        "Fields to return, e.g. `thingId,attributes(line),features/*/properties/value`.");
    public static readonly QueryParameter Filter = new("filter", "RQL filter: eq ne gt ge lt le in like ilike exists empty and or not.");
    public static readonly QueryParameter Option = new("option", "`sort(±path,…),size(n),cursor(x)`; size 1 to 200, default 25.");

    public DittoError? Error { get; private init; }

    public ThingFilter Which { get; private init; } = new();

    public IReadOnlyList<string>? OrderedIds { get; private init; }

    public FieldSelection? Selection { get; private init; }

    public SearchOptions Options { get; private init; } = new();

    public string FilterText { get; private init; } = "";

    public static ThingRequest Read(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        IReadOnlyList<QueryParameter> known = context.GetEndpoint()?.Metadata.GetOrderedMetadata<QueryParameter>() ?? [];
        foreach ((string name, StringValues values) in query)
        {
            if (!known.Any(k => k.Name == name) || values.Count > 1 || string.IsNullOrEmpty(values))
            {
                return Invalid("query.invalid",
                    $"The query parameter '{(name.Length <= 64 ? name : name[..64])}' is unknown here, empty or repeated.");
            }
        }

        var request = new ThingRequest { FilterText = query["filter"].ToString() + "|" + query["namespaces"] };
        return request.WithIds(query["ids"]).WithNamespaces(query["namespaces"]).WithFields(query["fields"])
            .WithFilter(query["filter"]).WithOption(query["option"]);
    }

    private ThingRequest WithIds(string? text)
    {
        if (Error is not null || text is null)
        {
            return this;
        }

        string[] ids = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
        string? wrong = ids.FirstOrDefault(id => !AssetId.TryParse(id, out _));
        if (ids.Length > MaxIds || wrong is not null)
        {
            return this with { Error = wrong is null ? Bad("ids.toomany", $"At most {MaxIds} ids.") : DittoError.InvalidId(wrong) };
        }

        return this with { OrderedIds = ids, Which = Which with { Ids = ids.ToHashSet(StringComparer.Ordinal) } };
    }

    private ThingRequest WithNamespaces(string? text) => Error is not null || text is null
        ? this
        : this with { Which = Which with { Namespaces = text.Split(',',
            StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal) } };

    private ThingRequest WithFields(string? text)
    {
        if (Error is not null || text is null)
        {
            return this;
        }

        return FieldSelection.TryParse(text, out FieldSelection? selection, out RqlFault? fault)
            ? this with { Selection = selection }
            : this with { Error = Bad("json.fieldselector.invalid", fault.ToString()) };
    }

    private ThingRequest WithFilter(string? text)
    {
        if (Error is not null || text is null)
        {
            return this;
        }

        return RqlParser.TryParse(text, out RqlNode? node, out RqlFault? fault)
            ? this with { Which = Which with { Rql = node } }
            : this with { Error = Bad("rql.syntax", fault.ToString()) };
    }

    private ThingRequest WithOption(string? text)
    {
        if (Error is not null || text is null)
        {
            return this;
        }

        return SearchOptions.TryParse(text, out SearchOptions? options, out RqlFault? fault)
            ? this with { Options = options }
            : this with { Error = Bad("search.option.invalid", fault.ToString()) };
    }

    private static ThingRequest Invalid(string error, string description) => new() { Error = Bad(error, description) };

    private static DittoError Bad(string error, string description) =>
        DittoError.BadRequest(error, "The query of the request is not valid.", description);
}
