using Orleans;
using Orleans.Concurrency;

namespace Millwright.Energy;

/// <summary>
/// Consumption by asset, medium and operating state. Key: line id (<c>site/area/line</c> path), or the site when the asset has no line.
/// </summary>
[Alias("millwright.IEnergyGrain")]
public interface IEnergyGrain : IGrainWithStringKey
{
    /// <summary>Adds one interval once: intervals of an asset and medium arrive in order, one at or before the last is ignored.</summary>
    [Alias("Report")]
    ValueTask ReportAsync(ConsumptionInterval interval);

    [Alias("Get"), ReadOnly]
    ValueTask<EnergyState> GetAsync();
}
