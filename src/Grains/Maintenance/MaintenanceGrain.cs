using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Maintenance;
using Millwright.Maintenance;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Maintenance;

/// <summary>Keeps a site's work orders: exactly one per incident.</summary>
public sealed partial class MaintenanceGrain(
    [PersistentState(MaintenanceEntity.StateName, GrainStores.Default)] IPersistentState<MaintenanceEntity> stored,
    TimeProvider time,
    ILogger<MaintenanceGrain> logger) : RecordingGrain<MaintenanceEntity>(stored, logger), IMaintenanceGrain
{
    public async ValueTask<WorkOrder> OpenWorkOrderAsync(IncidentState incident)
    {
        ImmutableArray<WorkOrder> next = WorkOrderBook.Open(Entity.WorkOrders, WorkOrderPlan.For(incident, time.GetUtcNow()));
        if (next != Entity.WorkOrders)
        {
            await RecordAsync(next);
            LogWorkOrderOpened(logger, next[^1].Id, incident.Id);
        }

        return Entity.WorkOrders.First(o => o.ExternalRef == incident.Id);
    }

    public async ValueTask<WorkOrder?> ChangeStatusAsync(string workOrderId, WorkOrderStatus status, string changedBy)
    {
        ImmutableArray<WorkOrder> next = WorkOrderBook.Change(Entity.WorkOrders, workOrderId, status, changedBy, time.GetUtcNow());
        if (next == Entity.WorkOrders)
        {
            return null;
        }

        await RecordAsync(next);
        return next.FirstOrDefault(o => o.Id == workOrderId);
    }

    public ValueTask<ImmutableArray<WorkOrder>> GetAsync() => ValueTask.FromResult(Entity.WorkOrders);

    private Task RecordAsync(ImmutableArray<WorkOrder> next)
    {
        Entity.WorkOrders = next;
        return RecordAsync();
    }
}
