using Millwright.Core.Detection;
using Millwright.Core.Prognosis;

namespace Millwright.Core.Twins;

/// <summary>What detectors make of the newest that they judged.</summary>
internal sealed partial class OrderedStage
{
    /// <summary>Appends one standing for each detector and subject, by detector and then by metric.</summary>
    public void CollectDecisions(List<DetectorStanding> standings)
    {
        foreach (DetectorSlot slot in detectors.Where(d => d.Mode == DetectorMode.Live))
        {
            IDetector detector = slot.Detector;
            Decision? joint = Seen(slot, detector.DecisionOf(-1));
            if (joint is not null)
            {
                standings.Add(new DetectorStanding(detector.Identity, -1, joint));
            }

            DetectorStanding[] single = [.. metrics.Where(slot.Watches)
                .Select(m => new DetectorStanding(detector.Identity, m.Index, Seen(slot, detector.DecisionOf(m.Index))))];
            if (Array.Exists(single, s => s.Decision is not null))
            {
                // Of a detector that judges its metrics one by one, also those that it has not judged yet.
                standings.AddRange(single);
            }
            else if (joint is null)
            {
                standings.Add(new DetectorStanding(detector.Identity, -1, null));
            }
        }
    }

    private Decision? Seen(DetectorSlot slot, Decision? decision) =>
        slot.Judges(State.Current) ? decision : decision is null ? null : decision with { Verdict = DecisionVerdict.Suspended };

    public IEnumerable<ComponentForecast> Forecasts() =>
        detectors.Where(d => d.Mode == DetectorMode.Live).Select(slot =>
            (slot.Detector as IForecasts)?.Forecast()).OfType<ComponentForecast>();
}
