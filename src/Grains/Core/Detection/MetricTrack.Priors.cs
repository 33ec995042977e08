using Millwright.Core.Detection.Priors;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What judges in the place of baselines that are not learned yet.</summary>
internal sealed partial class MetricTrack
{
    /// <summary>Assets behind the prior that judged last; 0 when the own baseline did.</summary>
    public int PriorPeers { get; set; }

    /// <summary>One per operating state at most; null when there is none, which is nearly always.</summary>
    public List<MetricPrior>? Priors { get; set; }

    public void Put(MetricPrior prior)
    {
        Priors ??= [];
        Priors.RemoveAll(p => p.State == prior.State);
        if (Priors.Count < StateSlots.MaxStates)
        {
            Priors.Add(prior);
        }
    }

    public void Remove(MetricPrior? prior)
    {
        if (prior is not null)
        {
            Priors!.Remove(prior);
            Priors = Priors.Count == 0 ? null : Priors;
        }
    }

    public void SavePriors(StateWriter writer)
    {
        writer.Int32(PriorPeers);
        writer.Int32(Priors?.Count ?? 0);
        foreach (MetricPrior prior in Priors ?? [])
        {
            prior.Save(writer);
        }
    }

    public void RestorePriors(StateReader reader)
    {
        PriorPeers = reader.Int32();
        for (int left = reader.Count(64); left > 0; left--)
        {
            Put(MetricPrior.Restore(reader));
        }
    }
}
