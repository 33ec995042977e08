using System.Collections.Immutable;
using Millwright.Maintenance;

namespace Millwright.Grains.Maintenance;

/// <summary>Stored state of <c>MaintenanceGrain</c>; state name <c>maintenance</c>.</summary>
public sealed class MaintenanceEntity
{
    public const string StateName = "maintenance";

    public ImmutableArray<WorkOrder> WorkOrders { get; set; } = [];
}
