using Millwright.Core.Detection.Priors;
using Millwright.Core.Peers;

namespace Millwright.Core.Detection;

/// <summary>Judging by the peers until the own baseline is learned.</summary>
internal abstract partial class MetricDetector
{
    /// <summary>Its score is a distance from a level in standard deviations, so that those of peers can stand in for it.</summary>
    protected virtual bool AdoptsPriors => false;

    public void Adopt(PriorFigures prior, ReadOnlySpan<int> indices)
    {
        int slot = slots.Find(prior.State);
        for (int i = 0; AdoptsPriors && i < indices.Length; i++)
        {
            int position = watched.PositionOf(indices[i]);
            if (position >= 0 && !(slot >= 0 && tracks[position].Baselines[slot] is { Warmup: >= 1 }))
            {
                tracks[position].Put(new MetricPrior(prior, prior.Metrics[i]));
            }
        }
    }

    /// <summary>
    /// What was learned is what counts, as soon as it is learned. Until then the peers judge, and what they hold for a fault is kept from
    /// being learned as normal.
    /// </summary>
    private MetricJudgement JudgeByPrior(MetricTrack track, int slot, MetricBaseline baseline, in Observation observation)
    {
        MetricPrior? prior = track.Priors!.Find(p => p.State == slots.NameOf(slot));
        if (prior is null || baseline.Warmup >= 1)
        {
            track.Remove(prior);
            return baseline.Judge(observation, track.IsActive);
        }

        MetricJudgement judged = prior.Judge(observation, track.IsActive, threshold) with { PriorPeers = prior.Peers };
        if (prior.MayLearn)
        {
            // Its own verdict is not asked for: it is at most the first after the warm-up.
            baseline.Judge(observation, isActive: false);
            prior.Learn(observation.Value, threshold, baseline.Warmup);
        }

        if (prior.IsRefuted)
        {
            track.Remove(prior);
        }

        return judged;
    }
}
