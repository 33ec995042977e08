using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Millwright.Silo.Api.Requests;

/// <summary>Reads bounded request bodies; every fault is a problem with its own code.</summary>
internal static class BodyReader
{
    public const int MaxCommand = 64 * 1024;

    public static async ValueTask<(T? Value, ProblemHttpResult? Problem)> ReadJsonAsync<T>(HttpContext context)
        where T : class
    {
        if (!IsJson(context.Request.ContentType))
        {
            return (null, ApiProblem.OfStatus(StatusCodes.Status415UnsupportedMediaType));
        }

        (ReadOnlyMemory<byte> bytes, ProblemHttpResult? problem) = await ReadBytesAsync(context, MaxCommand);
        if (problem is not null)
        {
            return (null, problem);
        }

        if (bytes.IsEmpty)
        {
            return (null, ApiProblem.BadRequest("body.missing", "A JSON object is required as body."));
        }

        try
        {
            T? value = JsonSerializer.Deserialize<T>(bytes.Span, ApiJson.Options);
            return value is null ? (null, ApiProblem.BadRequest("body.invalid", "The body must be a JSON object, not null."))
                : (value, null);
        }
        catch (JsonException exception)
        {
            // The text names the path inside the caller's own body; it holds nothing of ours.
            return (null,
                ApiProblem.BadRequest("body.invalid", $"The body is not the JSON that is expected here, at {exception.Path ?? "$"}."));
        }
    }

    public static async ValueTask<(ReadOnlyMemory<byte> Bytes, ProblemHttpResult? Problem)> ReadBytesAsync(HttpContext context, int maximum)
    {
        if (context.Request.ContentLength > maximum)
        {
            return (default, ApiProblem.OfStatus(StatusCodes.Status413PayloadTooLarge));
        }

        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            int read = await context.Request.Body.ReadAsync(buffer.GetMemory(4096), context.RequestAborted);
            if (read == 0)
            {
                return (buffer.WrittenMemory, null);
            }

            buffer.Advance(read);
            if (buffer.WrittenCount > maximum)
            {
                return (default, ApiProblem.OfStatus(StatusCodes.Status413PayloadTooLarge));
            }
        }
    }

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out MediaTypeHeaderValue? type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Suffix.HasValue && type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)));
}
