using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage.Rollups;

namespace Millwright.Silo.Api;

/// <summary>History by the minute or by the hour, ascending.</summary>
internal static class RollupsApi
{
    private const string Scope = "rollups";
    private const int StandardLimit = 500;
    private const int MaxLimit = 1_000;

    public static void MapRollups(this IEndpointRouteBuilder api) => api.MapGet("/history/rollups", GetAsync)
        .WithQuery(
            QueryParameter.Asset with { Required = true },
            new QueryParameter("metric", "Metric name.") { Required = true },
            new QueryParameter("tier", "`minute` or `hour`; default `minute`."),
            QueryParameter.From with { Description = "Start, inclusive; default one day before `to`." },
            QueryParameter.To with { Description = "End, exclusive; default now." },
            new QueryParameter("limit", "Rollups, 1 to 1000; default 500.", "integer"),
            QueryParameter.Cursor)
        .WithTags("history").WithName("getRollups").WithSummary("Count, range, mean and deviation of a metric by minute or hour, ascending")
        .Produces<Page<RollupItem>>().ProducesProblem(400).ProducesProblem(404);

    private static async Task<IResult> GetAsync(
        HttpContext context, [FromServices] IRollupStore store, [FromServices] FleetIndex index, [FromServices] TimeProvider time)
    {
        var query = new QueryReader(context);
        string asset = query.RequiredAssetId();
        string metric = query.Required("metric", 128);
        RollupTier tier = query.Choice("tier", "minute", "hour") == "hour" ? RollupTier.Hour : RollupTier.Minute;
        (DateTimeOffset? from, DateTimeOffset? to) = query.Range();
        int limit = query.Size(StandardLimit, MaxLimit, "limit");
        long? resume = query.Ordinal(Scope);
        if (resume is < 0 || resume >= DateTimeOffset.MaxValue.UtcTicks)
        {
            query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (!index.Contains(asset))
        {
            return ApiProblem.NoAsset();
        }

        DateTimeOffset end = to ?? time.GetUtcNow();
        DateTimeOffset start = resume is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero).AddTicks(1)
            : from ?? (end - DateTimeOffset.MinValue <= TimeSpan.FromDays(1) ? DateTimeOffset.MinValue : end.AddDays(-1));
        ImmutableArray<Rollup> found = start < end
            ? await store.GetAsync(new RollupQuery(asset, metric, tier, start, end, limit + 1), context.RequestAborted)
            : [];
        return TypedResults.Ok(Page<RollupItem>.Cut([.. found], limit, RollupItem.Of, last => Cursor.Of(Scope, last.Start.UtcTicks)));
    }
}

internal sealed record RollupItem(
    DateTimeOffset Start, long Count, double Minimum, double Maximum, double Mean, double StandardDeviation, double Last,
    double Completeness)
{
    public static RollupItem Of(Rollup rollup) => new(
        rollup.Start, rollup.Count, rollup.Minimum, rollup.Maximum, rollup.Mean, rollup.StandardDeviation, rollup.Last,
        rollup.Completeness);
}
