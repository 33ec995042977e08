using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api.Detectors;

/// <summary>What detectors are worth, by what operators said of their alerts.</summary>
internal static class DetectorsApi
{
    private const string Scope = "detectors";

    public static void MapDetectors(this IEndpointRouteBuilder api) => api.MapGet("/detectors", ListAsync)
        .WithQuery(QueryParameter.Asset, QueryParameter.Size, QueryParameter.Cursor)
        .WithTags("detectors").WithName("listDetectors")
        .WithSummary("Every version of a detector that has alerted: alerts, verdicts, precision with its 95 % interval")
        .Produces<Page<DetectorItem>>().ProducesProblem(400).ProducesProblem(503);

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IVerdictStore store)
    {
        var query = new QueryReader(context);
        string? asset = query.AssetId();
        int size = query.Size();
        Cursor? cursor = query.Cursor(Scope, 3);
        if (cursor is not null && (cursor.Text(0) is null || cursor.Text(1) is null || cursor.Text(2) is null))
        {
            query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        ImmutableArray<DetectorTally> found = await store.GetTalliesAsync(
            new TallyQuery
            {
                AssetId = asset,
                After = cursor is null ? null : (cursor.Text(0)!, cursor.Text(1)!, cursor.Text(2)!),
                Limit = size + 1,
            },
            context.RequestAborted);
        return TypedResults.Ok(Page<DetectorItem>.Cut(found, size, DetectorItem.Of, t => Cursor.Of(Scope, t.Id, t.Kind, t.Version)));
    }
}

/// <param name="Assets">On how many assets it has alerted.</param>
/// <param name="Retracted">Of the alerts: taken back because late samples showed otherwise.</param>
internal sealed record DetectorItem(
    string Id, string Kind, string Version, long Assets, long Alerts, long Retracted, PrecisionItem Precision)
{
    public static DetectorItem Of(DetectorTally tally) => new(
        tally.Id, tally.Kind, tally.Version, tally.Assets, tally.Raised, tally.Retracted, PrecisionItem.Of(tally.Precision));
}

/// <param name="Value">True of true and nuisance; null while nothing is judged.</param>
/// <param name="Low">Lower end of the 95 % interval (Wilson).</param>
/// <param name="High">Upper end of the 95 % interval (Wilson).</param>
internal sealed record PrecisionItem(long True, long Nuisance, long Unsure, double? Value, double? Low, double? High)
{
    public static PrecisionItem Of(Precision precision) => new(
        precision.True, precision.Nuisance, precision.Unsure, precision.Value, precision.Low, precision.High);
}
