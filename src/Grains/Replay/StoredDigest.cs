using System.Collections.Immutable;
using Millwright.Core.Digests;
using Millwright.Grains.Twins;

namespace Millwright.Grains.Replay;

/// <summary>What a twin said, and the metric table in whose order it takes samples of one instant.</summary>
public sealed record StoredDigest(ImmutableArray<TwinMetric> Metrics, DigestResult Digest)
{
    /// <summary>Changes of its detectors while it ran: a replay makes them again.</summary>
    public ImmutableArray<DetectorChange> Changes { get; init; } = [];
}
