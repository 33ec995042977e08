using System.Collections.Immutable;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>One atomic write of a twin.</summary>
public sealed record TwinCheckpoint
{
    public required string AssetId { get; init; }

    /// <summary>Epoch that the store holds now; 0 for none. The write stores this plus one.</summary>
    public required long ExpectedEpoch { get; init; }

    /// <summary>Snapshot with positions and outbox; opaque to the store, which adds and checks a CRC32C.</summary>
    public required ReadOnlyMemory<byte> Snapshot { get; init; }

    public ImmutableArray<HistoryBlock> Blocks { get; init; } = [];

    /// <summary>Closed or re-issued windows; a higher revision of the same window replaces the lower.</summary>
    public ImmutableArray<WindowResult> Windows { get; init; } = [];

    /// <summary>
    /// The write, and all before it, survives a power cut when it completes: someone is told of it next. Other checkpoints may be synced
    /// later, as the telemetry log replays what they lose.
    /// </summary>
    public bool MustSurvive { get; init; }
}
