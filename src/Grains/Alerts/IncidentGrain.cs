using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Maintenance;
using Millwright.Plant;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Grains.Alerts;

/// <summary>Folds the alerts of one cause into one incident, and asks maintenance for its one work order.</summary>
public sealed class IncidentGrain(
    [PersistentState(IncidentEntity.StateName, GrainStores.Default)] IPersistentState<IncidentEntity> stored,
    IAlertStore alerts,
    TimeProvider time,
    ILogger<IncidentGrain> logger) : RecordingGrain<IncidentEntity>(stored, logger), IIncidentGrain
{
    /// <summary>Who closes a work order that late samples have made pointless.</summary>
    private const string Withdrawer = "millwright: alerts retracted";

    public async ValueTask ReportAsync(AlertEvent alert)
    {
        if (!Entity.RecentIds.Contains(alert.Id))
        {
            // The alert first: its id is what everyone else deduplicates by, and writing it twice is refused by the store.
            bool isNewToStore = await alerts.AppendAsync(alert, CancellationToken.None);
            if (Entity.IsNew(alert, isNewToStore))
            {
                Entity.Remember(alert);
                await RecordAsync(IncidentFold.Apply(Entity.State, alert));
                await this.PublishAsync(TwinStreams.Alerts, alert);
            }
        }

        // Also on a repetition: the first try may have failed between the record and the work order.
        await OpenWorkOrderAsync();
        await ReviseWorkOrderAsync();
    }

    public ValueTask<IncidentResult> AcknowledgeAsync(IncidentCommand command) =>
        ApplyAsync(IncidentFold.Acknowledge(Entity.State, command, time.GetUtcNow()));

    public ValueTask<IncidentResult> ShelveAsync(IncidentCommand command) =>
        ApplyAsync(IncidentFold.Shelve(Entity.State, command, time.GetUtcNow()));

    public ValueTask<IncidentResult> JudgeAsync(IncidentCommand command) => ApplyAsync(IncidentFold.Judge(Entity.State, command));

    public ValueTask<IncidentState?> GetAsync() =>
        ValueTask.FromResult(Entity.State is { } state ? IncidentFold.At(state, time.GetUtcNow()) : null);

    private async ValueTask<IncidentResult> ApplyAsync(IncidentResult result)
    {
        if (result.State is { } next)
        {
            await RecordAsync(next);
        }

        return result;
    }

    private async ValueTask OpenWorkOrderAsync()
    {
        if (Entity.State is not { WorkOrderId: null, IsRetracted: false } incident || !incident.Audiences.HasFlag(Audiences.Maintenance))
        {
            return;
        }

        WorkOrder order = await Maintenance(incident).OpenWorkOrderAsync(incident);
        await RecordAsync(incident with { WorkOrderId = order.Id, Revision = incident.Revision + 1 });
    }

    /// <summary>Closes the work order when no alert stands, and opens it again when one does; not if someone has it in hand.</summary>
    private async ValueTask ReviseWorkOrderAsync()
    {
        if (Entity.State is not { WorkOrderId: { } workOrder } incident || incident.IsRetracted == Entity.IsWorkWithdrawn)
        {
            return;
        }

        IMaintenanceGrain maintenance = Maintenance(incident);
        ImmutableArray<WorkOrder> orders = await maintenance.GetAsync();
        WorkOrder? order = orders.FirstOrDefault(o => o.Id == workOrder);
        if (incident.IsRetracted && order is { Status: WorkOrderStatus.Open })
        {
            await maintenance.ChangeStatusAsync(workOrder, WorkOrderStatus.Complete, Withdrawer);
        }
        else if (!incident.IsRetracted && order is { Status: WorkOrderStatus.Complete, ChangedBy: Withdrawer })
        {
            await maintenance.ChangeStatusAsync(workOrder, WorkOrderStatus.Open, Withdrawer);
        }

        Entity.IsWorkWithdrawn = incident.IsRetracted;
        await RecordAsync();
    }

    private IMaintenanceGrain Maintenance(IncidentState incident) => GrainFactory.GetGrain<IMaintenanceGrain>(
        AssetId.TryParse(incident.AssetId, out AssetId id) ? id.Namespace : incident.AssetId);

    private async ValueTask RecordAsync(IncidentState next)
    {
        Entity.State = next;
        await RecordAsync();
        await this.PublishAsync(TwinStreams.Incidents, next);
    }
}
