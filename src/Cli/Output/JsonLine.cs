using System.Text.Json;
using System.Text.Json.Serialization;

namespace Millwright.Cli.Output;

/// <summary>Results for programs: camelCase, enums by name, one line.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    public static string Of<T>(T value) => JsonSerializer.Serialize(value, Compact);

    public static string Pretty<T>(T value) => JsonSerializer.Serialize(value, Indented);
}
