using Millwright.Core.Detection;
using Millwright.Core.Prognosis;

namespace Millwright.Core.Twins;

public sealed partial class TwinEngine
{
    /// <summary>
    /// What each detector made of the last observation that it judged, subject by subject, in the order of the definition. A detector that
    /// has judged nothing yet is absent.
    /// </summary>
    public IEnumerable<Decision> Decisions()
    {
        List<DetectorStanding> standings = [];
        CollectDecisions(standings);
        return standings.Select(s => s.Decision).OfType<Decision>();
    }

    /// <summary>
    /// Appends what each detector makes of the newest that it judged, also that it has judged nothing. Costs only who asks.
    /// </summary>
    public void CollectDecisions(List<DetectorStanding> standings) => ordered.CollectDecisions(standings);

    /// <summary>Where the components are going, in the order of the definition; one that was not judged yet is absent.</summary>
    public IEnumerable<ComponentForecast> Forecasts() => ordered.Forecasts();
}
