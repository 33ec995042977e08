using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Energy;
using Millwright.Energy;

namespace Millwright.Grains.Energy;

/// <summary>Stored state of <c>EnergyGrain</c>; state name <c>energy</c>.</summary>
public sealed class EnergyEntity
{
    public const string StateName = "energy";

    public EnergyState? State { get; set; }

    /// <summary>Open idle stretch per asset and meter (<c>asset|meter</c>).</summary>
    public ImmutableSortedDictionary<string, IdleStretch> Open { get; set; } =
        ImmutableSortedDictionary.Create<string, IdleStretch>(StringComparer.Ordinal);

    /// <summary>Per asset and meter: intervals that its twin may issue again without knowing what it said of them.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<HeldInterval>> Held { get; set; } =
        ImmutableSortedDictionary.Create<string, ImmutableArray<HeldInterval>>(StringComparer.Ordinal);

    /// <summary>Alerts decided with this state and not yet taken by their incident.</summary>
    public ImmutableArray<AlertEvent> Outbox { get; set; } = [];
}
