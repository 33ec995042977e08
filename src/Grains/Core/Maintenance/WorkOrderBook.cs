using System.Collections.Immutable;
using Millwright.Maintenance;

namespace Millwright.Core.Maintenance;

/// <summary>The work orders of a site: all that are open, and the newest that are complete.</summary>
public static class WorkOrderBook
{
    public const int MaxComplete = 1_000;

    public static ImmutableArray<WorkOrder> Open(ImmutableArray<WorkOrder> orders, WorkOrder order) =>
        orders.Any(o => o.ExternalRef == order.ExternalRef) ? orders : orders.Add(order);

    /// <summary>The orders with one changed; the same array when there is no such order.</summary>
    public static ImmutableArray<WorkOrder> Change(
        ImmutableArray<WorkOrder> orders, string id, WorkOrderStatus status, string changedBy, DateTimeOffset now)
    {
        int index = -1;
        for (int i = 0; i < orders.Length && index < 0; i++)
        {
            index = orders[i].Id == id ? i : -1;
        }

        if (index < 0)
        {
            return orders;
        }

        DateTimeOffset? completed = status == WorkOrderStatus.Complete ? now : null;
        return Bounded(orders.SetItem(index, orders[index] with { Status = status, ChangedBy = changedBy, Completed = completed }));
    }

    private static ImmutableArray<WorkOrder> Bounded(ImmutableArray<WorkOrder> orders)
    {
        WorkOrder[] complete = [.. orders.Where(o => o.Status == WorkOrderStatus.Complete).OrderBy(o => o.Completed)];
        return complete.Length <= MaxComplete ? orders : orders.RemoveRange(complete.Take(complete.Length - MaxComplete));
    }
}
