using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Quality;
using Millwright.Quality;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>The histories of produced units.</summary>
internal static class UnitsApi
{
    private const string Scope = "units";

    public static void MapUnits(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder units = api.MapGroup("/units").WithTags("quality");
        units.MapGet("", ListAsync)
            .WithQuery(
                new QueryParameter("at-risk", "`true` or `false`: units with a step outside its limits, or without."),
                QueryParameter.Asset,
                QueryParameter.Size,
                QueryParameter.Cursor)
            .WithName("listUnits").WithSummary("Units, newest change first, without their parameters").Produces<Page<UnitItem>>()
                .ProducesProblem(400);
        units.MapGet("/{id}", GetAsync).WithQuery()
            .WithName("getUnit").WithSummary("One unit with every step and parameter").Produces<UnitDetail>().ProducesProblem(400)
                .ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IGrainStateQuery store)
    {
        var query = new QueryReader(context);
        string? atRisk = query.Choice("at-risk", "true", "false");
        string? asset = query.AssetId();
        int size = query.Size();
        long? before = query.Ordinal(Scope);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        bool Selects(UnitEntity entity) => entity.State is { } unit
            && (atRisk is null || unit.IsAtRisk == (atRisk == "true"))
            && (asset is null || unit.Steps.Any(s => s.AssetId == asset));
        (List<GrainStateEntry<UnitEntity>> found, long? next) = await StateScan.RunAsync(
            store, new StateSelection<UnitEntity>(UnitEntity.StateName, before, size, Selects), context.RequestAborted);
        return TypedResults.Ok(new Page<UnitItem>([.. found.Select(f => UnitItem.Of(f.State.State!))], next is null ? null
            : Cursor.Of(Scope, next)));
    }

    private static async Task<IResult> GetAsync(HttpContext context, string id, [FromServices] IGrainFactory grains)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "unit")) is { } problem)
        {
            return problem;
        }

        UnitState? unit = await grains.GetGrain<IUnitGrain>(id).GetAsync();
        return unit is null
            ? ApiProblem.NotFound("unit.notfound", "No step was ever recorded for this serial number. The list is at /api/v1/units.")
            : TypedResults.Ok(UnitDetail.Of(unit));
    }
}

internal sealed record UnitItem(string Id, bool AtRisk, int Steps, DateTimeOffset? First, DateTimeOffset? Last,
    IReadOnlyList<string> ViolatedSteps)
{
    public static UnitItem Of(UnitState unit) => new(
        unit.UnitId,
        unit.IsAtRisk,
        unit.Steps.Length,
        unit.Steps.IsEmpty ? null : unit.Steps[0].EventTime,
        unit.Steps.IsEmpty ? null : unit.Steps[^1].EventTime,
        [.. unit.Steps.Where(s => s.Parameters.Any(p => p.IsViolated) || s.Curve is { IsUnusual: true })
            .Select(s => s.Step).Distinct(StringComparer.Ordinal)]);
}

internal sealed record UnitDetail(string Id, bool AtRisk, IReadOnlyList<UnitStepItem> Steps)
{
    public static UnitDetail Of(UnitState unit) => new(unit.UnitId, unit.IsAtRisk, [.. unit.Steps.Select(UnitStepItem.Of)]);
}

internal sealed record UnitStepItem(string Id, string Step, string AssetId, DateTimeOffset EventTime, bool Violated,
    IReadOnlyList<UnitParameterItem> Parameters, UnitCurveItem? Curve)
{
    public static UnitStepItem Of(StepResult step) => new(
        step.Id,
        step.Step,
        step.AssetId,
        step.EventTime,
        step.Parameters.Any(p => p.IsViolated),
        [.. step.Parameters.Select(p => new UnitParameterItem(p.Name, p.Value, p.Text, p.Unit, p.Lower, p.Upper, p.IsViolated))],
        step.Curve is null ? null : UnitCurveItem.Of(step.Curve));
}

/// <summary>The step's curve beside the usual ones of its programme; the shares sum to the score.</summary>
internal sealed record UnitCurveItem(double Score, double Threshold, bool Unusual, string Programme, int Learned, string Version,
    string Counterfactual, IReadOnlyList<UnitCurveShare> Contributions)
{
    public static UnitCurveItem Of(StepCurve curve) => new(
        curve.Score, curve.Threshold, curve.IsUnusual, curve.Programme, curve.Learned, curve.Version, curve.Counterfactual,
        [.. curve.Contributions.Select(c => new UnitCurveShare(c.Metric, c.Observed, c.Baseline, c.Unit, c.Share))]);
}

internal sealed record UnitCurveShare(string Feature, double Observed, double Usual, string Unit, double Share);

internal sealed record UnitParameterItem(string Name, double Value, string? Text, string Unit, double? Lower, double? Upper, bool Violated);
