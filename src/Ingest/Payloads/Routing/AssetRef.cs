using System.Collections.Frozen;
using Millwright.Plant;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>An asset id that was judged once: the interned id with what the model says of its metrics, or why it is refused.</summary>
internal sealed class AssetRef
{
    public required string Id { get; init; }

    /// <summary>Null when the id may publish.</summary>
    public string? RejectCode { get; init; }

    /// <summary>How far its clock may be ahead of ours.</summary>
    public long MaxClockSkewTicks { get; init; } = new TimePolicy().MaxClockSkew.Ticks;

    /// <summary>Metrics that the model calls text; null for none.</summary>
    public FrozenSet<string>? TextMetrics { get; init; }

    /// <summary>Metrics that the model calls numbers; null for an unmodelled asset.</summary>
    public FrozenSet<string>? NumberMetrics { get; init; }

    /// <summary>Metrics that come as blocks, by name; null for none.</summary>
    public FrozenDictionary<string, BlockDefinition>? Blocks { get; init; }

    /// <summary>Metrics that hold the angles of a curve; null for none.</summary>
    public FrozenSet<string>? Companions { get; init; }
}
