using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Rql;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Things;

/// <summary>
/// One page of a search. The cursor holds the sort values of its last item, so a page goes on at the right place even when things came or
/// went.
/// </summary>
internal sealed class ThingSearch
{
    private readonly List<ThingDocument> items;

    private ThingSearch(List<ThingDocument> items, string? next)
    {
        this.items = items;
        Next = next;
    }

    public static DittoError InvalidCursor { get; } = DittoError.BadRequest(
        "search.cursor.invalid",
        "The cursor is not valid.",
        "Use a cursor only with the filter, namespaces and sort it was given out for, or start again without it.");

    public string? Next { get; }

    public static bool TryRun(FleetIndex index, ThingRequest request, [NotNullWhen(true)] out ThingSearch? page)
    {
        page = null;
        SearchOptions options = request.Options;
        string scope = $"things:{Cursor.Digest(options.SortText() + "|" + request.FilterText)}";
        Cursor? cursor = null;
        if (options.Cursor is not null && !Cursor.TryParse(options.Cursor, scope, options.Sort.Length + 1, out cursor))
        {
            return false;
        }

        var order = new ThingOrder(options.Sort);
        SortKey? after = cursor is null ? null : SortKey.Of(cursor, options.Sort.Length);
        List<(SortKey Key, ThingDocument Document)> found = [.. index.All()
            .Where(request.Which.Matches)
            .Select(d => (Key: order.KeyOf(d), Document: d))
            .Where(f => after is null || order.Compare(f.Key, after) > 0)
            .Order(Comparer<(SortKey Key, ThingDocument Document)>.Create((a, b) => order.Compare(a.Key, b.Key)))
            .Take(options.Size + 1)];
        string? next = found.Count > options.Size ? found[options.Size - 1].Key.ToCursor(scope) : null;
        page = new ThingSearch([.. found.Take(options.Size).Select(f => f.Document)], next);
        return true;
    }

    public void WriteItems(Utf8JsonWriter writer, FieldSelection? fields)
    {
        writer.WriteStartArray();
        foreach (ThingDocument document in items)
        {
            ThingResult.Write(writer, document.Root, fields);
        }

        writer.WriteEndArray();
    }
}
