using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Quality;
using Millwright.Quality;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Api;

/// <summary>Steps checked and violated, by line.</summary>
internal static class QualityApi
{
    private const string Scope = "quality";

    public static void MapQuality(this IEndpointRouteBuilder api) => api.MapGet("/quality", ListAsync)
        .WithQuery(new QueryParameter("line", "Line key, `site/area/line`."), QueryParameter.Size, QueryParameter.Cursor)
        .WithTags("quality").WithName("listQuality").WithSummary("Each line's steps, violations and units at risk")
        .Produces<Page<QualityItem>>().ProducesProblem(400);

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IGrainStateQuery store)
    {
        var query = new QueryReader(context);
        string? line = query.Text("line");
        int size = query.Size();
        long? before = query.Ordinal(Scope);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        bool Selects(QualityEntity entity) => entity.State is { } state && (line is null || state.Key == line);
        (List<GrainStateEntry<QualityEntity>> found, long? next) = await StateScan.RunAsync(
            store, new StateSelection<QualityEntity>(QualityEntity.StateName, before, size, Selects), context.RequestAborted);
        return TypedResults.Ok(new Page<QualityItem>([.. found.Select(f => QualityItem.Of(f.State.State!))], next is null ? null
            : Cursor.Of(Scope, next)));
    }
}

/// <param name="UnitsAtRisk">Newest first, at most 100; all of them are at /api/v1/units?at-risk=true.</param>
internal sealed record QualityItem(string Line, long Steps, long Violations, IReadOnlyList<string> UnitsAtRisk)
{
    public static QualityItem Of(QualityState state) =>
        new(state.Key, state.Steps, state.Violations, [.. state.UnitsAtRisk.Reverse().Take(100)]);
}
