using Orleans;

namespace Millwright.Twins;

/// <summary>What an operator does to a detector of one asset.</summary>
[GenerateSerializer, Immutable, Alias("millwright.detector-command")]
public sealed record DetectorCommand
{
    [Id(0)] public required DetectorCommandKind Kind { get; init; }

    [Id(1)] public required string DetectorId { get; init; }

    /// <summary>Shadow: the definition as the plant's files write it, YAML or JSON.</summary>
    [Id(2)] public string? Definition { get; init; }

    /// <summary>Promote, rollback: the version that is to be live, so that a repetition is known as one; null for whichever it
    /// is.</summary>
    [Id(3)] public string? Version { get; init; }

    /// <summary>Who, 1 to 128 characters.</summary>
    [Id(4)] public required string Operator { get; init; }
}
