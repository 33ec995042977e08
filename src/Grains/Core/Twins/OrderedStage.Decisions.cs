using Millwright.Core.Detection;
using Millwright.Core.Prognosis;

namespace Millwright.Core.Twins;

/// <summary>What detectors make of the newest that they judged, and where components are going.</summary>
internal sealed partial class OrderedStage
{
    /// <summary>Appends one standing for each detector and subject, by detector and then by metric.</summary>
    public void CollectDecisions(List<DetectorStanding> standings)
    {
        foreach (DetectorSlot slot in detectors.Where(d => d.Mode == DetectorMode.Live))
        {
            Decision? joint = slot.Detector.DecisionOf(-1);
            if (joint is not null)
            {
                standings.Add(Standing(slot, -1, joint));
            }

            DetectorStanding[] single =
                [.. metrics.Where(slot.Watches).Select(m => Standing(slot, m.Index, slot.Detector.DecisionOf(m.Index)))];
            if (Array.Exists(single, s => s.Decision is not null))
            {
                // Of a detector that judges its metrics one by one, also those that it has not judged yet.
                standings.AddRange(single);
            }
            else if (joint is null)
            {
                standings.Add(Standing(slot, -1, null));
            }
        }
    }

    public IEnumerable<ComponentForecast> Forecasts() =>
        detectors.Where(d => d.Mode == DetectorMode.Live)
            .Select(slot => (slot.Detector as IForecasts)?.Forecast()).OfType<ComponentForecast>();

    private static DetectorStanding Standing(DetectorSlot slot, int metric, Decision? decision) =>
        new(slot.Detector.Identity, metric, decision);
}
