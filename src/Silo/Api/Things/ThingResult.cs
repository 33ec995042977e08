using System.Text.Encodings.Web;
using System.Text.Json;
using Millwright.Silo.Api.Rql;

namespace Millwright.Silo.Api.Things;

/// <summary>Writes thing JSON, projected, straight from the index's documents.</summary>
internal static class ThingResult
{
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true };

    public static void Write(Utf8JsonWriter writer, JsonElement node, FieldSelection? fields)
    {
        if (fields is null)
        {
            node.WriteTo(writer);
        }
        else
        {
            fields.Write(writer, node);
        }
    }

    public static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        await using (var writer = new Utf8JsonWriter(context.Response.BodyWriter, Writing))
        {
            write(writer);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
