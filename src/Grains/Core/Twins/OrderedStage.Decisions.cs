using Millwright.Core.Detection;
using Millwright.Core.Prognosis;

namespace Millwright.Core.Twins;

internal sealed partial class OrderedStage
{
    public IEnumerable<Decision> Decisions()
    {
        foreach (DetectorSlot slot in detectors)
        {
            if (slot.Detector.DecisionOf(-1) is { } joint)
            {
                yield return Seen(slot, joint);
            }

            foreach (MetricTrack metric in metrics)
            {
                if (slot.Watches(metric) && slot.Detector.DecisionOf(metric.Index) is { } decision)
                {
                    yield return Seen(slot, decision);
                }
            }
        }
    }

    public IEnumerable<ComponentForecast> Forecasts() =>
        detectors.Select(slot => (slot.Detector as IForecasts)?.Forecast()).OfType<ComponentForecast>();

    private Decision Seen(DetectorSlot slot, Decision decision) =>
        slot.Judges(State.Current) ? decision : decision with { Verdict = DecisionVerdict.Suspended };
}
