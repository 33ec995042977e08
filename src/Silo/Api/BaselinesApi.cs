using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Twins;
using Millwright.Ingest.Hosting;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>
/// Tells an asset's detectors to learn anew. It goes through the telemetry log as a sample, so that live, replay and restore forget at the
/// same instant of event time: just after the newest sample that the twin has seen. All words on baselines go this way.
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

    /// <summary>What became of the word; null when there is nothing to forget, or nowhere to write it.</summary>
    public static async ValueTask<BaselineOutcome?> ResetAsync(HttpContext context, string asset, BaselineResetBody body)
    {
        TwinState twin = await context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IAssetTwinGrain>(asset).GetAsync();
        string text = BaselineReset.ToText(body.Reason ?? "", body.Metrics.IsDefault ? [] : body.Metrics);
        return await SayAsync(context, asset, twin, BaselineReset.Metric, [text]);
    }

    /// <summary>
    /// Writes words on an asset's baselines into the log as one message: samples of a reserved metric, each behind all that the twin has
    /// seen and behind the one before.
    /// </summary>
    public static async ValueTask<BaselineOutcome?> SayAsync(
        HttpContext context, string asset, TwinState twin, string metric, ImmutableArray<string> words)
    {
        IServiceProvider services = context.RequestServices;
        if (services.GetService<ITelemetryInlet>() is not { } inlet || twin.Metrics.IsEmpty)
        {
            return null;
        }

        // Not now: a source may lag, and a sample from its future would make all that it still sends late.
        DateTimeOffset newest = twin.Metrics.Max(m => m.EventTime);
        WordStamps stamps = services.GetRequiredService<WordStamps>();
        DateTimeOffset[] at = [.. words.Select(_ => stamps.Next(asset, newest))];
        string source = $"{TelemetryIntake.Own}:{context.Connection.RemoteIpAddress}";
        byte[] payload = PayloadOf(metric, at.Zip(words));
        return new BaselineOutcome(
            await inlet.AcceptAsync(TelemetryApi.TopicOf(asset), payload, source, context.RequestAborted), at[0]);
    }

    internal static byte[] PayloadOf(string metric, IEnumerable<(DateTimeOffset At, string Word)> words) =>
        JsonSerializer.SerializeToUtf8Bytes(words.Select(w => new WordMessage(
            (w.At - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick, new Dictionary<string, string> { [metric] = w.Word })));

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

        return await ResetAsync(context, id, body) switch
        {
            null => ApiProblem.NotFound("history.notfound", "The asset has sent nothing yet: there is nothing to forget."),
            { IsWritten: true } written =>
                TypedResults.Accepted((string?)null, new BaselineResetReceipt(written.Receipt.Position, written.EventTime)),
            var refused => TelemetryApi.NotTaken(context, refused.Receipt),
        };
    }

    private sealed record WordMessage(
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

/// <param name="EventTime">The instant that the word was given.</param>
internal sealed record BaselineOutcome(InletReceipt Receipt, DateTimeOffset EventTime)
{
    public bool IsWritten => Receipt.Outcome == InletOutcome.Accepted;

    /// <summary>Nothing is wrong with the word: it may be said again.</summary>
    public bool MayBeRepeated => Receipt.Outcome == InletOutcome.Refused;
}

/// <param name="Position">In the telemetry log.</param>
/// <param name="EventTime">
/// From which on the detectors know nothing of what was before. A twin that is far behind the log forgets later, when it comes to the word.
/// </param>
internal sealed record BaselineResetReceipt(
    long Position, [property: JsonConverter(typeof(ExactInstantConverter))] DateTimeOffset EventTime);
