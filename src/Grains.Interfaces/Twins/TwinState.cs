using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Telemetry;
using Orleans;

namespace Millwright.Twins;

/// <summary>What a twin knows now; also the item of the stream <see cref="TwinStreams.Changes"/>.</summary>
[GenerateSerializer, Immutable, Alias("millwright.twin-state")]
public sealed record TwinState
{
    [Id(0)] public required string AssetId { get; init; }

    /// <summary>Counts changes of the twin; never goes back, not even over a restart.</summary>
    [Id(1)] public required long Revision { get; init; }

    /// <summary>Ingest time of the newest sample, or null for a twin that never got one.</summary>
    [Id(2)] public DateTimeOffset? Modified { get; init; }

    /// <summary>False for an asset that publishes without being in the plant model.</summary>
    [Id(3)] public required bool IsModelled { get; init; }

    [Id(4)] public required ImmutableArray<MetricState> Metrics { get; init; }

    /// <summary>No on-time sample before this instant is still expected; null before the first sample.</summary>
    [Id(5)] public DateTimeOffset? Watermark { get; init; }

    /// <summary>Name of the operating state, or <c>unknown</c>.</summary>
    [Id(6)] public required string OperatingState { get; init; }

    [Id(7)] public required TimeSpan RunningTime { get; init; }

    [Id(8)] public required long Starts { get; init; }

    [Id(9)] public required SampleFates Fates { get; init; }

    [Id(10)] public required ImmutableArray<AlertEvent> ActiveAlerts { get; init; }

    /// <summary>True when all sources are silent for longer than the idle timeout: the watermark no longer waits for it.</summary>
    [Id(11)] public required bool IsIdle { get; init; }

    /// <summary>In the order in which they were met; none before a source was named.</summary>
    [Id(12)] public ImmutableArray<SourceState> Sources { get; init; } = [];
}
