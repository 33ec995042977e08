using System.Collections.Immutable;

namespace Millwright.Core.Peers;

/// <summary>What is to be looked at in the history of an asset and of its peers.</summary>
public sealed record PeerQuestion
{
    /// <summary>Names; numeric.</summary>
    public required ImmutableArray<string> Metrics { get; init; }

    /// <summary>The metric that says how hard the asset works; empty for none.</summary>
    public string Load { get; init; } = "";

    /// <summary>Loads at which a new band begins, ascending; empty for one band.</summary>
    public ImmutableArray<double> Bands { get; init; } = [];

    /// <summary>How long after a change of operating state, and after a hole, nothing is counted.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether correlations are wanted: they cost the square of the metrics.</summary>
    public bool HasCorrelations { get; init; }
}
