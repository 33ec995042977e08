using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Maintenance;
using Millwright.Grains.Tests.Core.Alerting;
using Millwright.Maintenance;

namespace Millwright.Grains.Tests.Core.Maintenance;

public class WorkOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1000, 3, 1)]
    [InlineData(800, 3, 1)]
    [InlineData(799, 2, 7)]
    [InlineData(500, 2, 7)]
    [InlineData(499, 1, 30)]
    public void Plan_TakesPriorityAndDueDate_FromTheSeverity(int severity, int priority, int days)
    {
        WorkOrder order = WorkOrderPlan.For(IncidentFold.Apply(null, IncidentFoldTests.Alert("a", severity: severity)), Now);

        Assert.Equal((priority, Now.AddDays(days)), (order.Priority, order.DueDate));
        Assert.Equal("vibration is high. Replace the bearing.", order.Description);
    }

    [Fact]
    public void Open_KeepsOneOrderPerIncident()
    {
        IncidentState incident = IncidentFold.Apply(null, IncidentFoldTests.Alert("a"));
        ImmutableArray<WorkOrder> once = WorkOrderBook.Open([], WorkOrderPlan.For(incident, Now));

        Assert.Equal(once, WorkOrderBook.Open(once, WorkOrderPlan.For(incident with { Severity = 900 }, Now.AddHours(1))));
    }

    [Fact]
    public void Change_StampsCompletion_AndForgetsTheOldestComplete()
    {
        ImmutableArray<WorkOrder> orders = [.. Enumerable.Range(0, WorkOrderBook.MaxComplete + 2).Select(Order)];
        foreach (WorkOrder order in orders)
        {
            orders = WorkOrderBook.Change(orders, order.Id, WorkOrderStatus.Complete, "kim", Now.AddMinutes(int.Parse(order.Id, null)));
        }

        Assert.Equal(WorkOrderBook.MaxComplete, orders.Length);
        Assert.Equal("2", orders[0].Id);
        Assert.Equal(orders, WorkOrderBook.Change(orders, "0", WorkOrderStatus.Open, "kim", Now));
    }

    private static WorkOrder Order(int index) => new()
    {
        Id = index.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Title = "",
        Description = "",
        Priority = 1,
        Status = WorkOrderStatus.Open,
        AssetId = "a:b",
        ExternalRef = $"incident-{index}",
        Created = Now,
        DueDate = Now,
    };
}
