using Orleans;

namespace Millwright.Twins;

/// <summary>Outcome of a command: the detectors as they are then, or a refusal with a stable code.</summary>
[GenerateSerializer, Immutable, Alias("millwright.detector-result")]
public sealed record DetectorResult
{
    [Id(0)] public TwinDetectors? Twin { get; init; }

    /// <summary>
    /// Null on success; else <c>detector.invalid</c>, <c>detector.version.taken</c>, <c>detector.shadow.none</c>,
    /// <c>detector.shadow.previous</c>, <c>detector.rollback.none</c> or <c>detector.changes.full</c>.
    /// </summary>
    [Id(1)] public string? Code { get; init; }

    /// <summary>What happened and what to do, for a person.</summary>
    [Id(2)] public string Message { get; init; } = "";
}
