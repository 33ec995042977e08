using System.Collections.Immutable;
using Millwright.Energy;

namespace Millwright.Grains.Energy;

/// <summary>Stored state of <c>EnergyGrain</c>; state name <c>energy</c>.</summary>
public sealed class EnergyEntity
{
    public const string StateName = "energy";

    public EnergyState? State { get; set; }
}
