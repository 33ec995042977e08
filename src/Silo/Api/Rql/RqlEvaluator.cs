using System.Text.Json;

namespace Millwright.Silo.Api.Rql;

/// <summary>
/// Judges a thing by a filter. Values of different types never compare, an array matches when one of its elements does, and a missing
/// property matches nothing but <c>ne</c> and <c>eq(…,null)</c>.
/// </summary>
internal static class RqlEvaluator
{
    public static bool Matches(RqlNode node, JsonElement thing) => node switch
    {
        RqlNode.And and => and.Operands.All(o => Matches(o, thing)),
        RqlNode.Or or => or.Operands.Any(o => Matches(o, thing)),
        RqlNode.Not not => !Matches(not.Operand, thing),
        RqlNode.Exists exists => exists.Path.Any(thing, _ => true),
        RqlNode.Empty empty => !empty.Path.Any(thing, v => !IsEmpty(v)),
        RqlNode.In within => within.Values.Any(v => IsEqual(within.Path, v, thing)),
        RqlNode.Like like =>
            like.Path.Any(thing, v =>
            Each(v, e => e.ValueKind == JsonValueKind.String && Wildcard.Matches(like.Pattern, e.GetString()!, like.IgnoreCase))),
        RqlNode.Compare { Operator: RqlOperator.Equal } equal => IsEqual(equal.Path, equal.Value, thing),
        RqlNode.Compare { Operator: RqlOperator.NotEqual } notEqual => !IsEqual(notEqual.Path, notEqual.Value, thing),
        RqlNode.Compare compare => compare.Path.Any(thing, v => Each(v, e => Holds(compare.Operator, Order(e, compare.Value)))),
        _ => throw new InvalidOperationException("The filter has a node that the evaluator does not know."),
    };

    private static bool IsEqual(JsonPath path, RqlValue value, JsonElement thing) => value.Kind == JsonValueKind.Null
        ? !path.Any(thing, v => v.ValueKind != JsonValueKind.Null)
        : path.Any(thing, v => Each(v, e => Order(e, value) == 0));

    private static bool Each(JsonElement value, Func<JsonElement, bool> predicate)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            return predicate(value);
        }

        foreach (JsonElement element in value.EnumerateArray())
        {
            if (predicate(element))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Holds(RqlOperator comparison, int? order) => order is { } known && comparison switch
    {
        RqlOperator.Greater => known > 0,
        RqlOperator.GreaterOrEqual => known >= 0,
        RqlOperator.Less => known < 0,
        _ => known <= 0,
    };

    /// <summary>Null when the two are of different types.</summary>
    private static int? Order(JsonElement element, RqlValue value) => (element.ValueKind, value.Kind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => element.GetDouble().CompareTo(value.Number),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(element.GetString(), value.Text),
        (JsonValueKind.True or JsonValueKind.False, JsonValueKind.True or JsonValueKind.False) =>
            (element.ValueKind == JsonValueKind.True).CompareTo(value.Kind == JsonValueKind.True),
        _ => null,
    };

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => true,
        JsonValueKind.String => value.GetString()!.Length == 0,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
