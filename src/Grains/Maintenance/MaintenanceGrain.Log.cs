using Microsoft.Extensions.Logging;

namespace Millwright.Grains.Maintenance;

public sealed partial class MaintenanceGrain
{
    [LoggerMessage(2400, LogLevel.Information, "Work order {WorkOrderId} opened for incident {IncidentId}")]
    private static partial void LogWorkOrderOpened(ILogger logger, string workOrderId, string incidentId);
}
