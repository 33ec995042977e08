using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Maintenance;

namespace Millwright.Core.Maintenance;

/// <summary>Decides what work an incident calls for, and by when.</summary>
public static class WorkOrderPlan
{
    public static WorkOrder For(IncidentState incident, DateTimeOffset now)
    {
        AlertEvent? worst = incident.Alerts.Where(a => a.Kind is AlertKind.Raised or AlertKind.Amended).MaxBy(a => a.Severity);
        string why = worst is null ? incident.Title : worst.Summary;
        string action = string.IsNullOrEmpty(worst?.Recommendation) ? "Inspect the asset." : worst.Recommendation;
        int priority = Priority(incident.Severity);
        return new WorkOrder
        {
            Id = "WO-" + CauseId.Of("work-order", incident.Id)[..12],
            Title = $"{incident.Title} on {incident.AssetId}",
            Description = $"{why} {action}",
            Priority = priority,
            Status = WorkOrderStatus.Open,
            AssetId = incident.AssetId,
            ExternalRef = incident.Id,
            Created = now,
            DueDate = now + Due(priority),
        };
    }

    private static int Priority(int severity) => severity switch
    {
        >= 800 => 3,
        >= 500 => 2,
        _ => 1,
    };

    private static TimeSpan Due(int priority) => priority switch
    {
        3 => TimeSpan.FromDays(1),
        2 => TimeSpan.FromDays(7),
        _ => TimeSpan.FromDays(30),
    };
}
