using Millwright.Core.Detection;
using Millwright.Core.Peers;
using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What people say of baselines, as samples: that they are to be forgotten, and what to believe until they are learned.</summary>
internal sealed partial class OrderedStage
{
    private void Relearn(in HeldSample sample, TwinOutput output)
    {
        int found = output.Anomalies.Count;
        string[] named = BaselineReset.MetricsOf(sample.Text ?? "");
        resetAt = sample.Ticks;
        foreach (DetectorSlot slot in detectors.Where(d => d.Mode != DetectorMode.Absent))
        {
            List<Anomaly> findings = slot.Mode == DetectorMode.Live ? output.Anomalies : unspoken;
            int from = findings.Count;
            if (named.Length == 0)
            {
                slot.Relearn(-1, Ticks.ToInstant(sample.Ticks), findings);
            }

            // A name that the asset does not have is a metric that was never learned.
            foreach (MetricTrack metric in metrics.Where(m => Array.IndexOf(named, m.Rule.Name) >= 0))
            {
                slot.Relearn(metric.Index, Ticks.ToInstant(sample.Ticks), findings);
            }

            Follow(slot, findings, from);
        }

        unspoken.Clear();
        Stamp(output, found, sample.Ticks);
    }

    /// <summary>What this twin has no use for, because it has no such metric or has learned it, changes nothing.</summary>
    private void Adopt(in HeldSample sample)
    {
        resetAt = sample.Ticks;
        if (!PriorText.TryRead(sample.Text, out PriorFigures? prior, out _))
        {
            return;
        }

        int[] indices = [.. prior.Metrics.Select(figure => metrics.FindIndex(
            m => !m.Rule.IsText && m.Rule.Name == figure.Name && m.Rule.Unit == figure.Unit))];
        foreach (DetectorSlot slot in detectors.Where(d => d.Mode != DetectorMode.Absent))
        {
            slot.Adopt(prior, indices);
        }
    }
}
