using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Detectors;

/// <summary>Tries a detector on an asset's past before anybody is woken by it.</summary>
internal static class BacktestApi
{
    /// <summary>Most samples of one backtest: some ten seconds of a core.</summary>
    internal const int MaxSamples = 2_000_000;

    internal static readonly TimeSpan MaxSpan = TimeSpan.FromDays(366);

    public static void MapBacktest(this IEndpointRouteBuilder api) => api.MapPost("/things/{id}/backtest", RunAsync)
        .WithQuery().Accepts<BacktestBody>("application/json")
        .WithTags("detectors").WithName("backtestDetector")
        .WithSummary("Runs history through a detector that is not there yet: alerts gained, lost and common")
        .Produces<BacktestReport>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415)
        .ProducesProblem(422).ProducesProblem(503);

    private static async Task<IResult> RunAsync(
        HttpContext context, string id, [FromServices] DetectorDesk desk, [FromServices] FleetIndex index, [FromServices] Backtest backtest,
        [FromServices] ReplayDesk replays)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "thing")) is { } problem)
        {
            return problem;
        }

        (BacktestBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<BacktestBody>(context);
        if ((unreadable ?? Check(body!)) is { } invalid)
        {
            return invalid;
        }

        if (!index.Contains(id))
        {
            return ApiProblem.NoAsset();
        }

        using ReplayDesk.Seat? seat = replays.TryTake();
        if (seat is null)
        {
            return ReplayDesk.Busy();
        }

        string text = DetectorDesk.TextOf(body!.Detector, body.Definition)!;
        (DetectorLoadResult read, ImmutableArray<TwinMetric> metrics) = await desk.ReadAsync(id, text, null, context.RequestAborted);
        if (read.Detector is not { } detector)
        {
            return DetectorDesk.Invalid(read.Faults);
        }

        var request = new BacktestRequest
        {
            AssetId = id,
            Metrics = metrics,
            Candidate = detector,
            From = body.From!.Value,
            To = body.To!.Value,
            LearnFrom = body.LearnFrom,
            MaxSamples = MaxSamples,
        };
        try
        {
            BacktestReport? report = await backtest.RunAsync(request, context.RequestAborted);
            return report is null ? TooLong($"Up to `to` history has more than {MaxSamples} samples.") : TypedResults.Ok(report);
        }
        catch (ReplayLimitException limit)
        {
            return ApiProblem.Create(
                StatusCodes.Status422UnprocessableEntity, limit.Code, "The backtest has too many alerts to compare.",
                limit.Message + " Give a shorter span, or a detector that says less.");
        }
    }

    private static ProblemHttpResult? Check(BacktestBody body)
    {
        if (DetectorDesk.TextOf(body.Detector, body.Definition) is null)
        {
            return ApiProblem.BadRequest(
                "detector.missing", "Give 'detector', as in the plant model with its 'id', or the same as YAML text in 'definition'.");
        }

        if (body.From is not { } from || body.To is not { } to || from >= to)
        {
            return ApiProblem.BadRequest("range.invalid", "'from' and 'to' must be instants, and 'from' before 'to'.");
        }

        if (body.LearnFrom > from)
        {
            return ApiProblem.BadRequest("learnFrom.invalid", "'learnFrom' must not be after 'from'.");
        }

        return to - (body.LearnFrom ?? from) > MaxSpan ? TooLong($"The span is longer than {MaxSpan.TotalDays:0} days.") : null;
    }

    private static ProblemHttpResult TooLong(string what) => ApiProblem.Create(
        StatusCodes.Status422UnprocessableEntity, "backtest.toolong", "The backtest would take too long.",
        what + " Give a shorter span, or `learnFrom`; `millwright backtest` has no such bound.");
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BacktestBody
{
    /// <summary>The detector as the plant's files write it, as JSON, with its id.</summary>
    public JsonElement? Detector { get; init; }

    /// <summary>The same as YAML text, instead of <see cref="Detector"/>.</summary>
    public string? Definition { get; init; }
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }

    /// <summary>The detector learns from here on; all of history when left out.</summary>
    public DateTimeOffset? LearnFrom { get; init; }
}
