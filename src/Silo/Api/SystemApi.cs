using Microsoft.AspNetCore.Mvc;
using Millwright.Ingest.Feed;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api;

/// <summary>The silo about itself: what runs, how fast, and what became of every sample.</summary>
internal static class SystemApi
{
    public static void MapSystem(this IEndpointRouteBuilder api)
    {
        api.MapGet("/system", Get).WithQuery()
            .WithTags("system").WithName("getSystem").WithSummary("Version, uptime, rates, sums of fates, log, lag and process")
            .Produces<SystemItem>();
        api.MapGet("/system/lag", GetLagAsync).WithQuery(QueryParameter.Asset with { Required = true })
            .WithTags("system").WithName("getAssetLag").WithSummary("How far one asset is behind the log")
            .Produces<AssetLag>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503);
    }

    private static async Task<IResult> GetLagAsync(HttpContext context, [FromServices] ISystemProbe probe)
    {
        var query = new QueryReader(context);
        string asset = query.RequiredAssetId();
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        try
        {
            return await probe.LagAsync(asset, context.RequestAborted) is { } lag
                ? TypedResults.Ok(lag)
                : ApiProblem.NotFound("lag.unknown", "No record of this asset was read since the start, so none waits.");
        }
        catch (LagUnavailableException refusal)
        {
            return ApiProblem.Create(
                StatusCodes.Status503ServiceUnavailable, "lag.unavailable", "The feeder does not answer.", refusal.Message);
        }
    }

    private static IResult Get(
        HttpContext context, [FromServices] ISystemProbe probe, [FromServices] FleetIndex index, [FromServices] EventGate gate,
            [FromServices] TimeProvider time)
    {
        var query = new QueryReader(context);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        SystemSnapshot snapshot = probe.Capture();
        FleetTotals totals = index.Totals();
        return TypedResults.Ok(new SystemItem(
            snapshot.Version,
            snapshot.Runtime,
            snapshot.Started,
            (time.GetUtcNow() - snapshot.Started).TotalSeconds,
            snapshot.Silo,
            snapshot.Rates,
            snapshot.Log,
            snapshot.Ingest,
            new FatesItem(
                totals.Fates.Accepted, totals.Fates.Amended, totals.Fates.Duplicate, totals.Fates.Dropped, totals.Fates.Rejected,
                    totals.Fates.Total),
            new FleetItem(totals.Assets, totals.Modelled, totals.Silent, totals.WithAlerts, index.Refused, gate.Subscribers),
            ProcessItem.Capture(),
            snapshot.Feed));
    }
}

internal sealed record SystemItem(
    string Version,
    string Runtime,
    DateTimeOffset Started,
    double UptimeSeconds,
    IReadOnlyDictionary<string, double> Silo,
    IReadOnlyDictionary<string, double> Rates,
    IReadOnlyDictionary<string, double> Log,
    IReadOnlyDictionary<string, double> Ingest,
    FatesItem Fates,
    FleetItem Fleet,
    ProcessItem Process,
    FeedStatus? Feed);

internal sealed record FatesItem(long Accepted, long Amended, long Duplicate, long Dropped, long Rejected, long Total);

internal sealed record FleetItem(int Assets, int Modelled, int Silent, int WithAlerts, long Refused, int Subscribers);

internal sealed record ProcessItem(
    int Id, int Processors, long WorkingSetBytes, long ManagedHeapBytes, long AllocatedBytes, double CpuSeconds, int Gen2Collections,
        int Threads, long QueuedWorkItems)
{
    public static ProcessItem Capture() => new(
        Environment.ProcessId,
        Environment.ProcessorCount,
        Environment.WorkingSet,
        GC.GetTotalMemory(forceFullCollection: false),
        GC.GetTotalAllocatedBytes(),
        Environment.CpuUsage.TotalTime.TotalSeconds,
        GC.CollectionCount(2),
        ThreadPool.ThreadCount,
        ThreadPool.PendingWorkItemCount);
}
