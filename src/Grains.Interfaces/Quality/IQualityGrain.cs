using Orleans;
using Orleans.Concurrency;

namespace Millwright.Quality;

/// <summary>Checks the steps of a line against their limits. Key: line id, or the site when the asset has no line.</summary>
[Alias("millwright.IQualityGrain")]
public interface IQualityGrain : IGrainWithStringKey
{
    /// <summary>Checks one step once (by id), writes the unit's history and reports a violation.</summary>
    [Alias("CompleteStep")]
    ValueTask CompleteStepAsync(StepResult step);

    [Alias("Get"), ReadOnly]
    ValueTask<QualityState> GetAsync();
}
