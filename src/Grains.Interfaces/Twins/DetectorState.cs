using System.Collections.Immutable;
using Orleans;

namespace Millwright.Twins;

/// <summary>One version of a detector of an asset as it stands.</summary>
[GenerateSerializer, Immutable, Alias("millwright.detector-state")]
public sealed record DetectorState
{
    [Id(0)] public required string Id { get; init; }

    [Id(1)] public required string Kind { get; init; }

    [Id(2)] public required string Version { get; init; }

    [Id(3)] public required DetectorRole Role { get; init; }

    /// <summary>What it becomes with the next sample; null when it stays what it is.</summary>
    [Id(4)] public DetectorRole? Next { get; init; }

    /// <summary>Subjects of which an anomaly is open.</summary>
    [Id(5)] public required int Open { get; init; }

    /// <summary>The most telling of its subjects.</summary>
    [Id(6)] public required DetectorVerdict Verdict { get; init; }

    /// <summary>0 to 1, of the subject that has learned least; null when it cannot say.</summary>
    [Id(7)] public double? Warmup { get; init; }

    /// <summary>Of a shadow: anomalies that the live one did not see.</summary>
    [Id(8)] public long? Gained { get; init; }

    /// <summary>Of a shadow: anomalies of the live one that it did not see.</summary>
    [Id(9)] public long? Lost { get; init; }

    /// <summary>Of a shadow: anomalies that both saw.</summary>
    [Id(10)] public long? Common { get; init; }

    /// <summary>Of a shadow: the newest that have ended, oldest first.</summary>
    [Id(11)] public ImmutableArray<ShadowRecord> Findings { get; init; } = [];
}
