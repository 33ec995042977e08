using Orleans;
using Orleans.Concurrency;

namespace Millwright.Energy;

/// <summary>
/// Consumption by asset, medium and operating state. Key: line id (<c>site/area/line</c> path), or the site when the asset has no line.
/// </summary>
[Alias("millwright.IEnergyGrain")]
public interface IEnergyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Adds one interval once, and takes out what it replaces. One that reaches no further than the last counts only with a higher
    /// sequence.
    /// </summary>
    [Alias("Report")]
    ValueTask ReportAsync(ConsumptionInterval interval);

    [Alias("Get"), ReadOnly]
    ValueTask<EnergyState> GetAsync();
}
