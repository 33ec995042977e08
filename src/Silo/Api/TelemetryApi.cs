using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api;

/// <summary>Telemetry over HTTP: 202 means durable.</summary>
internal static class TelemetryApi
{
    /// <summary>Bytes of one request, as the MQTT endpoint's largest payload.</summary>
    public const int MaxPayload = 1024 * 1024;

    private const int MaxTopic = 1024;

    public static void MapTelemetry(this IEndpointRouteBuilder api) => api.MapPost("/telemetry", AcceptAsync)
        .WithQuery(
            QueryParameter.Asset,
            new QueryParameter("topic", "Topic that the plant model's rules or a built-in dialect understand; instead of `asset`."))
        .WithMetadata(new RawBody("The message as in an MQTT publish, e.g. `{\"ts\":1767225600000,\"values\":{\"vibration\":4.2}}`."))
        .WithTags("telemetry").WithName("postTelemetry").WithSummary("Takes a message as an MQTT publish would; 202 once it is durable")
        .Produces<TelemetryReceipt>(202).ProducesProblem(400).ProducesProblem(413).ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> AcceptAsync(HttpContext context, [FromServices] ITelemetryInlet inlet)
    {
        var query = new QueryReader(context);
        string? asset = query.AssetId();
        string? topic = query.Text("topic", MaxTopic);
        if (asset is null == topic is null)
        {
            query.Fail("topic.missing", "Say where the message belongs with exactly one of 'asset' and 'topic'.");
        }
        else if (topic?.AsSpan().IndexOfAny('+', '#') >= 0)
        {
            query.Fail("topic.invalid", "A topic that is published to has no wildcards.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        (ReadOnlyMemory<byte> payload, ProblemHttpResult? problem) = await BodyReader.ReadBytesAsync(context, MaxPayload);
        if (problem is not null || payload.IsEmpty)
        {
            return problem ?? ApiProblem.BadRequest("body.missing", "The message is the body of the request.");
        }

        InletReceipt receipt = await inlet.AcceptAsync(topic ?? TopicOf(asset!), payload, $"http:{context.Connection.RemoteIpAddress}",
            context.RequestAborted);
        if (receipt.Outcome == InletOutcome.Accepted)
        {
            return TypedResults.Accepted((string?)null, new TelemetryReceipt(receipt.Position, receipt.Samples));
        }

        return NotTaken(context, receipt);
    }

    /// <summary>Why a message is not in the log as samples, for whoever sent it.</summary>
    internal static ProblemHttpResult NotTaken(HttpContext context, InletReceipt receipt)
    {
        if (receipt is { Outcome: InletOutcome.Quarantined, Samples: > 0 })
        {
            // Element by element: what is good is taken, and only what is not is refused.
            ProblemHttpResult part = ApiProblem.Create(
                422, receipt.Code ?? "payload.invalid", "A part of the message was not taken; the message was kept in quarantine.",
                $"{receipt.Detail} {receipt.Samples} samples of the rest are durable: send only what was refused, once it is mended.");
            part.ProblemDetails.Extensions["samples"] = receipt.Samples;
            return part;
        }

        if (receipt.Outcome == InletOutcome.Quarantined)
        {
            return ApiProblem.Create(422, receipt.Code ?? "payload.invalid", "The message was kept in quarantine.", receipt.Detail);
        }

        if (receipt.Outcome == InletOutcome.Unmapped)
        {
            return ApiProblem.Create(422, receipt.Code ?? "topic.unmapped", "The message is not telemetry.", receipt.Detail);
        }

        double seconds = Math.Max(1, Math.Ceiling(receipt.RetryAfter.TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return ApiProblem.Create(503, receipt.Code ?? "inlet.refused", "The message was not taken.", receipt.Detail + " Send it again.");
    }

    internal static string TopicOf(string asset) => AssetId.TryParse(asset, out AssetId id) ? $"telemetry/{id.Namespace}/{id.Name}" : asset;
}

internal sealed record TelemetryReceipt(long Position, int Samples);
