using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millwright.Silo.Storage;

/// <summary>
/// How stores write objects: properties in order of declaration, enums by name, so that the same state gives the same bytes.
/// </summary>
internal static class StateJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static string Text<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T OfText<T>(string json, string what) => Deserialize<T>(System.Text.Encoding.UTF8.GetBytes(json), what);

    public static T Deserialize<T>(byte[] json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new StoreException("store.corrupt", $"{what} is null.");
        }
        catch (JsonException damage)
        {
            throw new StoreException("store.corrupt", $"{what} cannot be read: {damage.Message}", damage);
        }
    }
}
