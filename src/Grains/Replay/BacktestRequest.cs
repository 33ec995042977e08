using System.Collections.Immutable;
using Millwright.Grains.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Replay;

/// <summary>A detector that is to be tried on an asset's past.</summary>
public sealed record BacktestRequest
{
    public required string AssetId { get; init; }

    /// <summary>The asset's metric table.</summary>
    public required ImmutableArray<TwinMetric> Metrics { get; init; }

    public required DetectorDefinition Candidate { get; init; }

    /// <summary>Alerts that begin in [From, To) are reported.</summary>
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>The candidate learns from here on; null for all that history has. What it learns from it also judges.</summary>
    public DateTimeOffset? LearnFrom { get; init; }

    /// <summary>Beyond it there is no answer rather than one from half a history.</summary>
    public int MaxSamples { get; init; } = int.MaxValue;
}
