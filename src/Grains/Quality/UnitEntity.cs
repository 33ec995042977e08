using System.Collections.Immutable;
using Millwright.Quality;

namespace Millwright.Grains.Quality;

/// <summary>Stored state of <c>UnitGrain</c>; state name <c>unit</c>.</summary>
public sealed class UnitEntity
{
    public const string StateName = "unit";

    public UnitState? State { get; set; }
}
