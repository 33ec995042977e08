using Millwright.Core.Prognosis;

namespace Millwright.Core.Twins;

public sealed partial class TwinEngine
{
    /// <summary>Where the components are going, in the order of the definition; one that was not judged yet is absent.</summary>
    public IEnumerable<ComponentForecast> Forecasts() => ordered.Forecasts();
}
