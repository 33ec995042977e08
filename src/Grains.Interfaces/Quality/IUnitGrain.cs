using Orleans;
using Orleans.Concurrency;

namespace Millwright.Quality;

/// <summary>The history of one produced unit. Key: serial number.</summary>
[Alias("millwright.IUnitGrain")]
public interface IUnitGrain : IGrainWithStringKey
{
    /// <summary>Adds a judged step; an id that is known is ignored.</summary>
    [Alias("Record")]
    ValueTask RecordAsync(StepResult step);

    /// <summary>Null for a unit that has no step.</summary>
    [Alias("Get"), ReadOnly]
    ValueTask<UnitState?> GetAsync();
}
