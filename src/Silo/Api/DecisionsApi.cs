using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Millwright.Alerts;
using Millwright.Grains.Replay;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>
/// Why an asset alerted, and why it did not: each of its detectors with inputs, score, threshold, verdict and what suppressed it. Now from
/// the twin; for an earlier moment from its history, run through the same code.
/// </summary>
internal static class DecisionsApi
{
    public static void MapDecisions(this IEndpointRouteBuilder api) => api.MapGet("/things/{id}/decisions", GetAsync)
        .WithQuery(new QueryParameter("at", "The moment in event time; default now.", "string", "date-time"))
        .WithTags("alerts").WithName("getDecisions").WithSummary("What each detector of an asset made of it, whether it alerted or not")
        .Produces<DecisionsItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);

    private static async Task<IResult> GetAsync(
        HttpContext context, string id, [FromServices] IGrainFactory grains, [FromServices] FleetIndex index,
            [FromServices] ReplayDesk desk)
    {
        var query = new QueryReader(context);
        DateTimeOffset? at = query.Instant("at");
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

        IAssetTwinGrain twin = grains.GetGrain<IAssetTwinGrain>(id);
        TwinDecisions now = await twin.GetDecisionsAsync();
        if (at is not { } instant || instant >= now.Newest)
        {
            return TypedResults.Ok(DecisionsItem.Of(now, isReplayed: false));
        }

        await twin.CheckpointAsync();
        using ReplayDesk.Seat? seat = desk.TryTake();
        if (seat is null)
        {
            return ReplayDesk.Busy();
        }

        return await seat.Inquiry.DecisionsAsync(id, instant, context.RequestAborted) switch
        {
            null or { From: null } => ApiProblem.NotFound("history.notfound", "The asset has no history at or before this moment."),
            { Answer: { } found } => TypedResults.Ok(DecisionsItem.Of(found, isReplayed: true)),
            _ => ReplayDesk.TooLong(),
        };
    }
}

/// <param name="At">Event time of the newest sample that is considered.</param>
/// <param name="Replayed">False for the live twin; true when history was run up to the moment asked for.</param>
internal sealed record DecisionsItem(
    string AssetId, DateTimeOffset? At, DateTimeOffset? Watermark, string OperatingState, bool Replayed,
    IReadOnlyList<DecisionItem> Decisions)
{
    public static DecisionsItem Of(TwinDecisions twin, bool isReplayed) => new(
        twin.AssetId, twin.Newest, twin.Watermark, twin.OperatingState, isReplayed, [.. twin.Decisions.Select(DecisionItem.Of)]);
}

/// <param name="Score">Null while there is none.</param>
/// <param name="Warmup">0 to 1.</param>
/// <param name="SuppressedBy">Why it is not an alert, or no further one.</param>
/// <param name="Alert">The open alert that this is.</param>
/// <param name="PriorPeers">Assets whose figures stand in for the baseline until the warm-up is done; 0 for the asset's own.</param>
internal sealed record DecisionItem(
    DecisionDetector Detector, string Subject, DetectorVerdict Verdict, DateTimeOffset? EventTime, double? Score, double? Threshold,
    double Warmup, IReadOnlyList<DecisionInput> Inputs, IReadOnlyList<DecisionSuppression> SuppressedBy, string? Alert,
    int PriorPeers)
{
    public static DecisionItem Of(DetectorDecision decision) => new(
        new DecisionDetector(decision.DetectorId, decision.DetectorKind, decision.DetectorVersion),
        decision.Subject,
        decision.Verdict,
        decision.EventTime,
        Finite(decision.Score),
        Finite(decision.Threshold),
        decision.Warmup,
        [.. decision.Inputs.Select(DecisionInput.Of)],
        [.. decision.SuppressedBy.Select(s => new DecisionSuppression(s.Code, s.Detail))],
        decision.AlertId,
        decision.PriorPeers);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

internal sealed record DecisionDetector(string Id, string Kind, string Version);

internal sealed record DecisionInput(string Metric, double Value, double Baseline, string Unit, double Share)
{
    public static DecisionInput Of(Contribution input) => new(input.Metric, input.Observed, input.Baseline, input.Unit, input.Share);

    public static IReadOnlyList<DecisionInput> Of(ImmutableArray<Contribution> inputs) => [.. inputs.Select(Of)];
}

internal sealed record DecisionSuppression(string Code, string Detail);
