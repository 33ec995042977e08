using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api;

/// <summary>
/// Milliseconds where they say it all, else all seven digits: a history from which a digit is missing is not the history.
/// </summary>
internal sealed class ExactInstantConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Instants.TryParse(reader.GetString()!, out DateTimeOffset instant)
            ? instant : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcTicks % TimeSpan.TicksPerMillisecond == 0
            ? ApiJson.Instant(value)
            : value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
}
