using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millwright.Grains;

/// <summary>
/// How grain state is written as JSON, by every store: enum names, so that a reordered enum does not change yesterday's meaning.
/// </summary>
public static class StoredJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
