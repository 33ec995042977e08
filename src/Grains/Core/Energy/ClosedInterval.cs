using System.Collections.Immutable;

namespace Millwright.Core.Energy;

/// <summary>What one meter counted in one interval [Start, End). Each interval is issued once.</summary>
public sealed record ClosedInterval
{
    /// <summary>Index into <see cref="Twins.TwinDefinition.Meters"/>.</summary>
    public required int Meter { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>In the order of the definition, <c>unknown</c> last; states without time and quantity are left out.</summary>
    public required ImmutableArray<StateQuantity> States { get; init; }

    /// <summary>Measured share of the interval, 0 to 1.</summary>
    public required double Completeness { get; init; }
}
