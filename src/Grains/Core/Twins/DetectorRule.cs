using System.Collections.Immutable;
using Millwright.Core.Detection;

namespace Millwright.Core.Twins;

/// <summary>One configured detector of a twin.</summary>
public sealed record DetectorRule
{
    /// <summary>Makes the detector afresh, without memory.</summary>
    public required Func<IDetector> Create { get; init; }

    /// <summary>Indices into the twin's metric table; empty means all numeric metrics, also those that appear later.</summary>
    public ImmutableArray<int> Metrics { get; init; } = [];

    /// <summary>
    /// What it judges by, as one text. State of the same identity with another text here is not taken up: the same version with other
    /// parameters is another detector. Null when nobody said.
    /// </summary>
    public string? Parameters { get; init; }

    /// <summary>Its modes in the order of event time; empty means live always.</summary>
    public ImmutableArray<DetectorPhase> Phases { get; init; } = [];
}
