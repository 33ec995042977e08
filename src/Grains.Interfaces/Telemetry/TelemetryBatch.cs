using System.Collections.Immutable;
using Orleans;

namespace Millwright.Telemetry;

/// <summary>Samples of one asset, in the order of one log. Holds whole records only.</summary>
[GenerateSerializer, Immutable, Alias("millwright.telemetry-batch")]
public sealed record TelemetryBatch
{
    [Id(0)] public required string AssetId { get; init; }

    /// <summary>The log that the positions belong to; one per ingest process.</summary>
    [Id(1)] public required string LogId { get; init; }

    /// <summary>
    /// Position of the record that was delivered to this asset before this batch, or -1 when the feeder does not know (after its start).
    /// A twin that has seen less than this has lost state, and asks for a resume.
    /// </summary>
    [Id(2)] public required long PreviousPosition { get; init; }

    [Id(3)] public required ImmutableArray<TelemetrySample> Samples { get; init; }

    /// <summary>
    /// Whose the samples are, in ascending order; the first may begin before them. Samples before the first run are nobody's. A run and not
    /// a name at each sample: nearly always there is one.
    /// </summary>
    [Id(4)] public ImmutableArray<SourceRun> Sources { get; init; } = [];
}
