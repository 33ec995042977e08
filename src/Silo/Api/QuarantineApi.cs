using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api;

/// <summary>Messages that could not become samples, with the reason.</summary>
internal static class QuarantineApi
{
    private const string Scope = "quarantine";

    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder quarantine = api.MapGroup("/quarantine").WithTags("system");
        quarantine.MapGet("", ListAsync)
            .WithQuery(new QueryParameter("reason", "Reason code, e.g. `payload.json.invalid`."), QueryParameter.Size,
                QueryParameter.Cursor)
            .WithName("listQuarantine").WithSummary("Quarantined messages, newest first, with the beginning of each payload")
            .Produces<Page<QuarantineItem>>().ProducesProblem(400);
        quarantine.MapGet("/{position}", GetAsync)
            .WithQuery(new QueryParameter("log", "Id of the log, where several have a message at this position."))
            .WithName("getQuarantined").WithSummary("One quarantined message with the payload that was kept")
            .Produces<QuarantineItem>().ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IQuarantineStore store)
    {
        var query = new QueryReader(context);
        string? reason = query.Text("reason", 64);
        int size = query.Size();
        long? before = query.Ordinal(Scope);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        ImmutableArray<QuarantinedMessage> found = await store.QueryAsync(before, reason, size + 1, context.RequestAborted);
        return TypedResults.Ok(Page<QuarantineItem>.Cut(
            found, size, m => QuarantineItem.Of(m, QuarantineItem.Preview), m => Cursor.Of(Scope, m.Ordinal)));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string position, [FromServices] IQuarantineStore store)
    {
        var query = new QueryReader(context);
        if (!long.TryParse(position, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture,
            out long id) || id == long.MaxValue)
        {
            query.Fail("quarantine.id.invalid", "The position must be a whole number, as in the list.");
        }

        string? log = query.Text("log", 128);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        ImmutableArray<QuarantinedMessage> found = await store.FindAsync(id, log, context.RequestAborted);
        return found.IsEmpty
            ? ApiProblem.NotFound("quarantine.notfound", "No message was quarantined at this position. The list is at /api/v1/quarantine.")
            : TypedResults.Ok(QuarantineItem.Of(found[0], QuarantinedMessage.MaxPayload));
    }
}

/// <param name="Text">The payload as text, when it is UTF-8.</param>
/// <param name="Base64">The payload as it came, as far as it is shown.</param>
/// <param name="IsCut">True when there is more than is shown.</param>
/// <param name="IsDamaged">True when the stored row is not what was written.</param>
internal sealed record QuarantineItem(
    long Position, DateTimeOffset IngestTime, string Source, string Topic, string Reason, string Detail, int PayloadLength, string? Text,
        string Base64, bool IsCut, string LogId, int Index, bool IsDamaged)
{
    /// <summary>Bytes of each payload in a list.</summary>
    public const int Preview = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static QuarantineItem Of(QuarantinedMessage message, int shown)
    {
        ReadOnlyMemory<byte> payload = message.Payload[..Math.Min(shown, message.Payload.Length)];
        return new QuarantineItem(
            message.Position,
            message.IngestTime,
            message.Source,
            message.Topic,
            message.Reason,
            message.Detail,
            message.PayloadLength,
            TextOf(payload.Span, payload.Length < message.PayloadLength),
            Convert.ToBase64String(payload.Span),
            payload.Length < message.PayloadLength,
            message.LogId,
            message.Index,
            message.IsDamaged);
    }

    private static string? TextOf(ReadOnlySpan<byte> payload, bool isCut)
    {
        // A cut may fall within a character: up to three bytes of it are left out.
        for (int cut = 0; cut <= (isCut ? Math.Min(3, payload.Length) : 0); cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(payload[..^cut]))
            {
                return Strict.GetString(payload[..^cut]);
            }
        }

        return null;
    }
}
