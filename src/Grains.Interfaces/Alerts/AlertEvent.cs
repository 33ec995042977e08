using System.Collections.Immutable;
using Orleans;

namespace Millwright.Alerts;

/// <summary>A claim on someone's attention, with its explanation. Rendered as the CloudEvent of INTERFACES section 12.</summary>
[GenerateSerializer, Immutable, Alias("millwright.alert-event")]
public sealed record AlertEvent
{
    /// <summary>
    /// Derived from the cause (asset, detector, subject, event time, kind): the same cause gives the same id in any replay.
    /// </summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Id of the raised event that this one clears, amends or retracts; its own id when raised.</summary>
    [Id(1)] public required string AlertId { get; init; }

    [Id(2)] public required AlertKind Kind { get; init; }

    [Id(3)] public required string AssetId { get; init; }

    /// <summary>Name in PascalCase, e.g. <c>BearingWear</c>.</summary>
    [Id(4)] public required string AlertName { get; init; }

    /// <summary>The metric (or unit and step) it is about.</summary>
    [Id(5)] public required string Subject { get; init; }

    /// <summary>Event time of the verdict.</summary>
    [Id(6)] public required DateTimeOffset EventTime { get; init; }

    /// <summary>When the engine reached the verdict, by its own clock.</summary>
    [Id(7)] public required DateTimeOffset RecordedTime { get; init; }

    /// <summary>Per asset, ascending.</summary>
    [Id(8)] public required long Sequence { get; init; }

    /// <summary>1 (information) to 1000 (critical), as in OPC UA.</summary>
    [Id(9)] public required int Severity { get; init; }

    [Id(10)] public required Audiences Audiences { get; init; }

    [Id(11)] public required AlertCategory Category { get; init; }

    [Id(12)] public required string IncidentId { get; init; }

    [Id(13)] public required AlertExplanation Explanation { get; init; }

    /// <summary>One sentence for a person.</summary>
    [Id(14)] public required string Summary { get; init; }

    /// <summary>Recommended action; empty when the model names none.</summary>
    [Id(15)] public string Recommendation { get; init; } = "";
}
