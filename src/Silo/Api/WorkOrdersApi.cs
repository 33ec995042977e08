using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Millwright.Grains.Maintenance;
using Millwright.Maintenance;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage;
using Orleans;

namespace Millwright.Silo.Api;

/// <summary>
/// Work orders of all sites, newest first. Who completes one has changed the machine: what its detectors learned is reset with it.
/// </summary>
internal static class WorkOrdersApi
{
    private const string Scope = "workorders";

    /// <summary>Sites looked at; each keeps its own orders.</summary>
    private const int MaxSites = 200;

    public static void MapWorkOrders(this IEndpointRouteBuilder api)
    {
        RouteGroupBuilder orders = api.MapGroup("/workorders").WithTags("maintenance");
        orders.MapGet("", ListAsync)
            .WithQuery(
                new QueryParameter("status", "`open`, `inProgress`, `onHold` or `complete`."),
                QueryParameter.Asset,
                new QueryParameter("incident", "Incident id (`externalRef`)."),
                QueryParameter.Size,
                QueryParameter.Cursor)
            .WithName("listWorkOrders").WithSummary("Work orders, newest first").Produces<Page<WorkOrder>>().ProducesProblem(400);
        orders.MapPost("/{id}/status", ChangeAsync).WithQuery().Accepts<WorkOrderBody>("application/json")
            .WithName("changeWorkOrderStatus").WithSummary("Changes the status of a work order")
            .Produces<ChangedWorkOrder>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(413).ProducesProblem(415)
            .ProducesProblem(503);
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] IGrainStateQuery store)
    {
        var query = new QueryReader(context);
        WorkOrderStatus? status = query.Choice<WorkOrderStatus>("status");
        string? asset = query.AssetId();
        string? incident = query.Text("incident");
        int size = query.Size();
        Cursor? cursor = query.Cursor(Scope, 2);
        if (cursor is not null && (cursor.Number(0) is not >= 0 || cursor.Text(1) is null))
        {
            query.Fail("cursor.invalid", "The cursor is not one that this list gave out. Start again without it.");
        }

        if (query.Problem is not null)
        {
            return query.Problem;
        }

        ImmutableArray<GrainStateEntry<MaintenanceEntity>> sites = await SitesAsync(store, context.RequestAborted);
        List<WorkOrder> found = [.. sites
            .SelectMany(s => s.State.WorkOrders)
            .Where(o => (status is null || o.Status == status) && (asset is null || o.AssetId == asset)
                && (incident is null || o.ExternalRef == incident))
            .Where(o => cursor is null || Compare(o, cursor) > 0)
            .OrderByDescending(o => o.Created).ThenBy(o => o.Id, StringComparer.Ordinal)
            .Take(size + 1)];
        return TypedResults.Ok(Page<WorkOrder>.Cut(found, size, o => o, o => Cursor.Of(Scope, o.Created.UtcTicks, o.Id)));
    }

    private static async Task<IResult> ChangeAsync(
        HttpContext context, string id, [FromServices] IGrainStateQuery store, [FromServices] IGrainFactory grains)
    {
        var query = new QueryReader(context);
        if ((query.Problem ?? RouteText.Check(id, "workorder")) is { } problem)
        {
            return problem;
        }

        (WorkOrderBody? body, ProblemHttpResult? unreadable) = await BodyReader.ReadJsonAsync<WorkOrderBody>(context);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (body!.Status is not { } status)
        {
            return ApiProblem.BadRequest("status.invalid", "'status' must be open, inProgress, onHold or complete.");
        }

        if (string.IsNullOrWhiteSpace(body.Operator) || body.Operator.Length > 128 || body.Operator.Any(char.IsControl))
        {
            return ApiProblem.BadRequest("operator.invalid", "'operator' must say who acts, in 1 to 128 characters.");
        }

        ImmutableArray<GrainStateEntry<MaintenanceEntity>> sites = await SitesAsync(store, context.RequestAborted);
        WorkOrder? known = sites.SelectMany(s => s.State.WorkOrders).FirstOrDefault(o => o.Id == id);
        BaselinesReset? baselines = null;
        if (known is not null && status == WorkOrderStatus.Complete && known.Status != status)
        {
            BaselineOutcome? outcome = await BaselinesApi.ResetAsync(
                context, known.AssetId, new BaselineResetBody { Reason = "workorder " + id });
            if (outcome is { MayBeRepeated: true })
            {
                // The order stays as it is: who sends the command again gets both.
                return TelemetryApi.NotTaken(context, outcome.Receipt);
            }

            // Any other refusal would be the same the next time, and the work is done all the same.
            baselines = BaselinesReset.Of(outcome);
        }

        WorkOrder? changed = known is null
            ? null
            : await grains.GetGrain<IMaintenanceGrain>(SiteOf(known)).ChangeStatusAsync(id, status, body.Operator);
        return changed is null
            ? ApiProblem.NotFound("workorder.notfound", "There is no work order with this id. The list is at /api/v1/workorders.")
            : TypedResults.Ok(ChangedWorkOrder.Of(changed, baselines));
    }

    // The grain's key is the site, which is the asset id's namespace.
    private static string SiteOf(WorkOrder order) => order.AssetId[..order.AssetId.IndexOf(':', StringComparison.Ordinal)];

    private static ValueTask<ImmutableArray<GrainStateEntry<MaintenanceEntity>>> SitesAsync(IGrainStateQuery store,
        CancellationToken cancellationToken) =>
        store.ListAsync<MaintenanceEntity>(MaintenanceEntity.StateName, null, MaxSites, cancellationToken);

    private static int Compare(WorkOrder order, Cursor cursor)
    {
        int compared = cursor.Number(0)!.Value.CompareTo(order.Created.UtcTicks);
        return compared != 0 ? compared : string.CompareOrdinal(order.Id, cursor.Text(1));
    }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WorkOrderBody
{
    public WorkOrderStatus? Status { get; init; }
    public string? Operator { get; init; }
}

/// <summary>A work order as it now is.</summary>
internal sealed record ChangedWorkOrder
{
    public required string Id { get; init; }
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required int Priority { get; init; }
    public required WorkOrderStatus Status { get; init; }
    public required string AssetId { get; init; }
    public required string ExternalRef { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset DueDate { get; init; }
    public required DateTimeOffset? Completed { get; init; }
    public required string ChangedBy { get; init; }

    /// <summary>What became of the baselines; only when this change has completed the order.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required BaselinesReset? Baselines { get; init; }

    public static ChangedWorkOrder Of(WorkOrder order, BaselinesReset? baselines) => new()
    {
        Id = order.Id,
        Title = order.Title,
        Description = order.Description,
        Priority = order.Priority,
        Status = order.Status,
        AssetId = order.AssetId,
        ExternalRef = order.ExternalRef,
        Created = order.Created,
        DueDate = order.DueDate,
        Completed = order.Completed,
        ChangedBy = order.ChangedBy,
        Baselines = baselines,
    };
}

/// <param name="IsReset">The detectors of the asset begin to learn anew.</param>
/// <param name="Code">Why not; empty when they do.</param>
/// <param name="Detail">The same for a person, and what to do.</param>
internal sealed record BaselinesReset([property: JsonPropertyName("reset")] bool IsReset, string Code, string Detail)
{
    public static BaselinesReset Of(BaselineOutcome? outcome) => outcome switch
    {
        null => new BaselinesReset(false, "history.notfound", "The asset has sent nothing yet: there is nothing to forget."),
        { IsWritten: true } => new BaselinesReset(true, "", ""),
        { Receipt: var refused } => new BaselinesReset(
            false,
            refused.Code ?? "payload.invalid",
            refused.Detail + " What the detectors learned stands: reset it at /api/v1/things/{id}/baselines/reset when that is mended."),
    };
}
