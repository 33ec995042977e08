using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Alerts;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api.Detectors;

/// <summary>The detectors of one asset: what they are, and how a new version comes to be live.</summary>
internal static class LifecycleApi
{
    private const int MaxTallies = 1_000;

    public static void MapLifecycle(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder detectors = api.MapGroup("/things/{id}/detectors").WithTags("detectors");
        detectors.MapGet("", ListAsync).WithQuery()
            .WithName("getDetectors")
            .WithSummary("An asset's detectors: mode, verdict, warm-up, precision; of shadows what they gain and lose")
            .Produces<AssetDetectorsItem>().ProducesProblem(400).ProducesProblem(404);
        Command(detectors, "shadow", "shadowDetector", "Lets a new version run beside the live one", DetectorCommandKind.Shadow);
        Command(detectors, "promote", "promoteDetector", "Makes the shadow live with what it has learned", DetectorCommandKind.Promote);
        Command(detectors, "rollback", "rollBackDetector", "Makes the version before live again", DetectorCommandKind.Rollback);
        Command(detectors, "drop", "dropDetector", "Ends the shadow", DetectorCommandKind.Drop);
    }

    private static void Command(RouteGroupBuilder detectors, string name, string id, string summary, DetectorCommandKind kind) =>
        detectors.MapPost($"/{{detectorId}}/{name}",
            (HttpContext context, string id, string detectorId, [FromServices] DetectorDesk desk, [FromServices] FleetIndex index,
                [FromServices] IGrainFactory grains, [FromServices] IVerdictStore verdicts) =>
                ChangeAsync(context, new Target(id, detectorId, kind), desk, index, grains, verdicts))
            .WithQuery().Accepts<DetectorBody>("application/json")
            .WithName(id).WithSummary(summary)
            .Produces<AssetDetectorsItem>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413)
            .ProducesProblem(415);

    private static async Task<IResult> ListAsync(
        HttpContext context, string id, [FromServices] FleetIndex index, [FromServices] IGrainFactory grains,
        [FromServices] IVerdictStore verdicts)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "thing") ?? Missing(index, id)) is { } problem)
        {
            return problem;
        }

        return TypedResults.Ok(await ItemAsync(
            await grains.GetGrain<IAssetTwinGrain>(id).GetDetectorsAsync(), verdicts, context.RequestAborted));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, Target target, DetectorDesk desk, FleetIndex index, IGrainFactory grains, IVerdictStore verdicts)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(target.Asset, "thing") ?? CheckId(target.Detector)) is { } problem)
        {
            return problem;
        }

        (DetectorBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<DetectorBody>(context);
        if ((unreadable ?? Check(body!, target.Kind) ?? Missing(index, target.Asset)) is { } invalid)
        {
            return invalid;
        }

        IAssetTwinGrain twin = grains.GetGrain<IAssetTwinGrain>(target.Asset);
        string? definition = DetectorDesk.TextOf(body!.Detector, body.Definition);
        if (target.Kind == DetectorCommandKind.Shadow)
        {
            (DetectorLoadResult read, _) = await desk.ReadAsync(target.Asset, definition!, target.Detector, context.RequestAborted);
            if (read.Detector is null)
            {
                return DetectorDesk.Invalid(read.Faults);
            }
        }

        DetectorResult result = await twin.ChangeDetectorAsync(new DetectorCommand
        {
            Kind = target.Kind,
            DetectorId = target.Detector,
            Definition = definition,
            Version = body.Version,
            Operator = body.Operator!,
        });
        return result switch
        {
            { Code: null, Twin: { } detectors } => TypedResults.Ok(await ItemAsync(detectors, verdicts, context.RequestAborted)),
            { Code: "detector.notfound" } => ApiProblem.NotFound(result.Code, result.Message),
            { Code: "detector.invalid" } => ApiProblem.BadRequest(result.Code, result.Message),
            _ => ApiProblem.Conflict(result.Code ?? "detector.refused", result.Message),
        };
    }

    private static ProblemHttpResult? Check(DetectorBody body, DetectorCommandKind kind)
    {
        if (string.IsNullOrWhiteSpace(body.Operator) || body.Operator.Length > 128 || body.Operator.Any(char.IsControl))
        {
            return ApiProblem.BadRequest("operator.invalid", "'operator' must say who acts, in 1 to 128 characters.");
        }

        if (body.Version?.Length is 0 or > 32)
        {
            return ApiProblem.BadRequest("version.invalid", "'version' must have 1 to 32 characters.");
        }

        bool hasOne = DetectorDesk.TextOf(body.Detector, body.Definition) is not null;
        bool hasNone = body.Detector is null && body.Definition is null;
        return kind == DetectorCommandKind.Shadow ? hasOne ? null : ApiProblem.BadRequest(
                "detector.missing", "Give 'detector', as in the plant model, or the same as YAML text in 'definition'.")
            : hasNone ? null : ApiProblem.BadRequest("detector.unexpected", "Only a new shadow takes a definition.");
    }

    private static ProblemHttpResult? CheckId(string detector) =>
        detector.Length is 0 or > PlantLimits.MaxName || detector.Any(char.IsControl)
        ? ApiProblem.BadRequest("detector.id.invalid", $"The detector's id must be 1 to {PlantLimits.MaxName} printable characters.")
        : null;

    private static ProblemHttpResult? Missing(FleetIndex index, string asset) => index.Contains(asset)
        ? null
        : ApiProblem.NoAsset();

    private static async ValueTask<AssetDetectorsItem> ItemAsync(
        TwinDetectors twin, IVerdictStore verdicts, CancellationToken cancellationToken)
    {
        ImmutableArray<DetectorTally> tallies = await verdicts.GetTalliesAsync(
            new TallyQuery { AssetId = twin.AssetId, Limit = MaxTallies }, cancellationToken);
        return AssetDetectorsItem.Of(twin, tallies);
    }

    private sealed record Target(string Asset, string Detector, DetectorCommandKind Kind);
}

/// <summary>What an operator sends. An unknown member is refused.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DetectorBody
{
    public string? Operator { get; init; }

    /// <summary>Shadow: the detector as the plant's files write it, as JSON.</summary>
    public JsonElement? Detector { get; init; }

    /// <summary>Shadow: the same as YAML text, instead of <see cref="Detector"/>.</summary>
    public string? Definition { get; init; }

    /// <summary>Promote and rollback: the version that is to be live, so that a repetition is no second change.</summary>
    public string? Version { get; init; }
}
