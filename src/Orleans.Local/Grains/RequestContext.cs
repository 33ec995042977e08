using System.Collections.Immutable;

namespace Orleans.Runtime;

/// <summary>Values that flow down a call chain. What a callee sets does not come back to its caller.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> Held = new();

    public static IEnumerable<string> Keys => Held.Value?.Keys ?? [];

    public static IEnumerable<KeyValuePair<string, object>> Entries => Held.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    public static object? Get(string key) => Held.Value?.GetValueOrDefault(key);

    public static void Set(string key, object value) =>
        Held.Value = (Held.Value ?? ImmutableDictionary<string, object>.Empty).SetItem(key, value);

    public static bool Remove(string key)
    {
        if (Held.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        Held.Value = values.Remove(key);
        return true;
    }

    public static void Clear() => Held.Value = null;
}
