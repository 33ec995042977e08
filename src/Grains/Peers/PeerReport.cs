using System.Collections.Immutable;

namespace Millwright.Grains.Peers;

/// <summary>An asset beside its peers.</summary>
public sealed record PeerReport
{
    public required string AssetId { get; init; }

    public required PeerGroup Group { get; init; }

    public required PeerRange Range { get; init; }

    /// <summary>Metric that says how hard the asset works; empty when none is named.</summary>
    public required string Load { get; init; }

    /// <summary>Loads at which a new band begins, in the unit of the load.</summary>
    public required ImmutableArray<double> Bands { get; init; }

    /// <summary>Peers that have any sample in the range.</summary>
    public required int Heard { get; init; }

    /// <summary>Samples looked at, of all assets.</summary>
    public required long Samples { get; init; }

    public required ImmutableArray<PeerEntry> Entries { get; init; }

    /// <summary>Why there is no comparison at all, a code of docs/reason-codes.md; empty when there is one.</summary>
    public required string Reason { get; init; }
}
