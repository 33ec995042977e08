using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Energy;

/// <summary>
/// What one meter counted in one interval [Start, End). An interval that late samples change is issued
/// again with a higher revision, which replaces it.
/// </summary>
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

    /// <summary>0 for the first issue.</summary>
    public int Revision { get; init; }

    /// <summary>What the revision before held, which no longer counts; empty for the first issue. Only said, not kept.</summary>
    public ImmutableArray<StateQuantity> Replaced { get; init; } = [];

    public bool HasSameContent(ClosedInterval other) => Completeness == other.Completeness && States.SequenceEqual(other.States);

    internal void Save(StateWriter writer)
    {
        writer.Int32(Meter);
        writer.Instant(Start);
        writer.Instant(End);
        writer.Double(Completeness);
        writer.Int32(Revision);
        writer.Int32(States.Length);
        foreach (StateQuantity state in States)
        {
            writer.Text(state.OperatingState);
            writer.Double(state.Quantity);
            writer.Duration(state.Duration);
        }
    }

    internal static ClosedInterval Restore(StateReader reader)
    {
        var interval = new ClosedInterval
        {
            Meter = reader.Int32(),
            Start = reader.Instant(),
            End = reader.Instant(),
            Completeness = reader.Double(),
            Revision = reader.Int32(),
            States = [],
        };
        ImmutableArray<StateQuantity>.Builder states = ImmutableArray.CreateBuilder<StateQuantity>();
        for (int left = reader.Count(20); left > 0; left--)
        {
            states.Add(new StateQuantity(reader.Text() ?? "", reader.Double(), reader.Duration()));
        }

        return interval with { States = states.ToImmutable() };
    }
}
