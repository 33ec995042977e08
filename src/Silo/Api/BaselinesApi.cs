using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Twins;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>
/// Tells an asset's detectors to learn anew. It goes through the telemetry log as a sample, so that live, replay and restore forget at the
/// same instant of event time: just after the newest sample that the twin has seen.
/// </summary>
internal static class BaselinesApi
{
    private const int MaxReason = 256;
    private const int MaxMetrics = 16;

    /// <summary>The one form of a time that a payload can give to the tick.</summary>
    private const long NanosecondsPerTick = 100;

    public static void MapBaselines(this IEndpointRouteBuilder api) => api.MapPost("/things/{id}/baselines/reset", ChangeAsync)
        .WithQuery().Accepts<BaselineResetBody>("application/json")
        .WithTags("maintenance").WithName("resetBaselines")
        .WithSummary("Makes the detectors of an asset forget what they learned; 202 once that is durable")
        .Produces<BaselineResetReceipt>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415)
        .ProducesProblem(422).ProducesProblem(503);

    /// <summary>A problem, or a receipt; neither when there is nothing to forget, or nowhere to write it.</summary>
    public static async ValueTask<(BaselineResetReceipt? Receipt, ProblemHttpResult? Problem)> ResetAsync(
        HttpContext context, string asset, BaselineResetBody body)
    {
        var inlet = context.RequestServices.GetService<ITelemetryInlet>();
        TwinState twin = await context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IAssetTwinGrain>(asset).GetAsync();
        if (inlet is null || twin.Metrics.IsEmpty)
        {
            return default;
        }

        // Not now: a source may lag, and a sample from its future would make all that it still sends late.
        DateTimeOffset at = twin.Metrics.Max(m => m.EventTime).AddTicks(1);
        ImmutableArray<string> metrics = body.Metrics.IsDefault ? [] : body.Metrics;
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(new ResetMessage(
            (at - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick,
            new Dictionary<string, string> { [BaselineReset.Metric] = BaselineReset.ToText(body.Reason ?? "", metrics) }));
        InletReceipt receipt = await inlet.AcceptAsync(
            TelemetryApi.TopicOf(asset), payload, $"http:{context.Connection.RemoteIpAddress}", context.RequestAborted);
        return receipt.Outcome == InletOutcome.Accepted
            ? (new BaselineResetReceipt(receipt.Position, at), null)
            : (null, TelemetryApi.NotTaken(context, receipt));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string id, [FromServices] IGrainFactory grains, [FromServices] FleetIndex index)
    {
        var query = new QueryReader(context);
        if (!Plant.AssetId.TryParse(id, out _))
        {
            query.Fail("asset.invalid", "The path does not name an asset id. An asset id is namespace:name, e.g. acme.lyon:press-04.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (!index.Contains(id))
        {
            return ApiProblem.NoAsset();
        }

        (BaselineResetBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<BaselineResetBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (string.IsNullOrWhiteSpace(body!.Reason) || body.Reason.Length > MaxReason || body.Reason.Any(char.IsControl))
        {
            return ApiProblem.BadRequest("reason.invalid", $"'reason' must say why, in 1 to {MaxReason} characters.");
        }

        if (!body.Metrics.IsDefaultOrEmpty)
        {
            TwinState twin = await grains.GetGrain<IAssetTwinGrain>(id).GetAsync();
            if (body.Metrics.Length > MaxMetrics || body.Metrics.Any(m => !twin.Metrics.Any(known => known.Name == m)))
            {
                return ApiProblem.BadRequest(
                    "metrics.invalid", $"'metrics' must name up to {MaxMetrics} metrics that the asset has sent.");
            }
        }

        (BaselineResetReceipt? receipt, ProblemHttpResult? problem) = await ResetAsync(context, id, body);
        return receipt is not null
            ? TypedResults.Accepted((string?)null, receipt)
            : problem ?? ApiProblem.NotFound("history.notfound", "The asset has sent nothing yet: there is nothing to forget.");
    }

    private sealed record ResetMessage(
        [property: JsonPropertyName("ts")] long Nanoseconds, [property: JsonPropertyName("values")] Dictionary<string, string> Values);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BaselineResetBody
{
    /// <summary>Kept with the twin and in its history.</summary>
    public string? Reason { get; init; }

    /// <summary>Names of the metrics to learn anew; all when left out. Detectors of several metrics learn all of theirs anew.</summary>
    public ImmutableArray<string> Metrics { get; init; }
}

/// <param name="Position">In the telemetry log.</param>
/// <param name="EventTime">From which on the detectors know nothing of what was before.</param>
internal sealed record BaselineResetReceipt(
    long Position, [property: JsonConverter(typeof(ExactInstantConverter))] DateTimeOffset EventTime);
