using Orleans;

namespace Millwright.Maintenance;

/// <summary>Planned maintenance work, in the common words of CMMS systems (INTERFACES section 11).</summary>
[GenerateSerializer, Immutable, Alias("millwright.work-order")]
public sealed record WorkOrder
{
    /// <summary>Derived from the incident.</summary>
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Title { get; init; }

    [Id(2)] public required string Description { get; init; }

    /// <summary>0 none, 1 low, 2 medium, 3 high.</summary>
    [Id(3)] public required int Priority { get; init; }

    [Id(4)] public required WorkOrderStatus Status { get; init; }

    [Id(5)] public required string AssetId { get; init; }

    /// <summary>The incident's id: the key by which a CMMS finds it again (<c>externalRef</c>).</summary>
    [Id(6)] public required string ExternalRef { get; init; }

    [Id(7)] public required DateTimeOffset Created { get; init; }

    [Id(8)] public required DateTimeOffset DueDate { get; init; }

    [Id(9)] public DateTimeOffset? Completed { get; init; }

    [Id(10)] public string ChangedBy { get; init; } = "";
}
