using System.Collections.Immutable;
using System.Text.Json;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Rql;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Things;

/// <summary>A total order of things: the fields asked for, then the id. Missing sorts before null, booleans, numbers and text.</summary>
internal sealed class ThingOrder(ImmutableArray<SortField> fields)
{
    public SortKey KeyOf(ThingDocument document) => new(
        [.. fields.Select(f => f.Path.TryFind(document.Root, out JsonElement found) ? Value(found) : null)],
        document.ThingId);

    public int Compare(SortKey a, SortKey b)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            int order = Compare(a.Values[i], b.Values[i]);
            if (order != 0)
            {
                return fields[i].Descending ? -order : order;
            }
        }

        return string.CompareOrdinal(a.ThingId, b.ThingId);
    }

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.String => element.GetString(),
        _ => null,
    };

    private static int Compare(object? a, object? b) => (a, b) switch
    {
        (bool x, bool y) => x.CompareTo(y),
        (double x, double y) => x.CompareTo(y),
        (string x, string y) => string.CompareOrdinal(x, y),
        _ => Rank(a).CompareTo(Rank(b)),
    };

    private static int Rank(object? value) => value switch
    {
        null => 0,
        bool => 1,
        double => 2,
        _ => 3,
    };
}

/// <summary>Where a thing stands in an order.</summary>
internal sealed record SortKey(ImmutableArray<object?> Values, string ThingId)
{
    public static SortKey Of(Cursor cursor, int fields) => new(
        [.. Enumerable.Range(0, fields).Select(i => cursor[i].ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => (object)cursor[i].GetDouble(),
            JsonValueKind.String => cursor[i].GetString(),
            _ => null,
        })],
        cursor.Text(fields) ?? "");

    public string ToCursor(string scope) => Cursor.Of(scope, [.. Values, ThingId]);
}
