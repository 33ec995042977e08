using Orleans;

namespace Millwright.Twins;

/// <summary>A change of an asset's detectors while it ran.</summary>
[GenerateSerializer, Immutable, Alias("millwright.detector-change-record")]
public sealed record DetectorChangeRecord
{
    /// <summary><c>shadow</c>, <c>promote</c>, <c>rollback</c>, <c>drop</c>, or <c>overruled</c> by the plant's files.</summary>
    [Id(0)] public required string Kind { get; init; }

    [Id(1)] public required string DetectorId { get; init; }

    [Id(2)] public required string DetectorKind { get; init; }

    [Id(3)] public required string Version { get; init; }

    /// <summary>Event time: it holds for samples at this instant and after it.</summary>
    [Id(4)] public required DateTimeOffset From { get; init; }

    [Id(5)] public required string Operator { get; init; }

    [Id(6)] public required DateTimeOffset RecordedTime { get; init; }
}
