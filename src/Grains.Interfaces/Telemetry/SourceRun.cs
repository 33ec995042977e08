using Orleans;

namespace Millwright.Telemetry;

/// <summary>All samples of a batch from a position on, up to the next run, are of one source. Records have one source.</summary>
[GenerateSerializer, Immutable, Alias("millwright.source-run")]
public readonly record struct SourceRun
{
    [Id(0)] public required long Position { get; init; }

    /// <summary>The gateway, or the kind of listener that stands for it; empty for nobody.</summary>
    [Id(1)] public required string Source { get; init; }
}
