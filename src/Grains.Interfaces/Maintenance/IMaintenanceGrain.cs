using System.Collections.Immutable;
using Millwright.Alerts;
using Orleans;
using Orleans.Concurrency;

namespace Millwright.Maintenance;

/// <summary>Planned maintenance work of one site. Key: site (the asset id's namespace).</summary>
[Alias("millwright.IMaintenanceGrain")]
public interface IMaintenanceGrain : IGrainWithStringKey
{
    /// <summary>Opens the work order of an incident; answers the same one however often it is called.</summary>
    [Alias("OpenWorkOrder")]
    ValueTask<WorkOrder> OpenWorkOrderAsync(IncidentState incident);

    /// <summary>Changes the status; null when there is no such work order.</summary>
    [Alias("ChangeStatus")]
    ValueTask<WorkOrder?> ChangeStatusAsync(string workOrderId, WorkOrderStatus status, string changedBy);

    [Alias("Get"), ReadOnly]
    ValueTask<ImmutableArray<WorkOrder>> GetAsync();
}
