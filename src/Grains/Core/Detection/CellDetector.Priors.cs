using Millwright.Core.Detection.Priors;
using Millwright.Core.Peers;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>Judging by the peers until the own baseline is learned.</summary>
internal abstract partial class CellDetector
{
    // One per operating state at most; null when there is none, which is nearly always.
    private List<CellPrior>? priors;
    private int priorPeers;

    /// <summary>Its score is a distance from a mean by a covariance, so that those of peers can stand in for it.</summary>
    protected virtual bool AdoptsPriors => false;

    /// <summary>
    /// All of its metrics, or nothing: a distance from half of them would be another one. And from enough peers.
    /// </summary>
    public void Adopt(PriorFigures prior, ReadOnlySpan<int> indices)
    {
        Span<int> places = stackalloc int[watched.Count];
        for (int position = 0; position < places.Length; position++)
        {
            places[position] = indices.IndexOf(watched[position]);
        }

        bool isKnown = slots.Find(prior.State) is int slot and >= 0 && baselines[slot] is { Warmup: >= 1 };
        bool isUsable = prior.Peers >= CellPrior.FewestPeers && (!prior.Correlations.IsEmpty || prior.Metrics.Length == 1);
        if (!AdoptsPriors || !isUsable || isKnown || places.Contains(-1))
        {
            return;
        }

        Put(CellPrior.Of(prior, places));
    }

    private void Put(CellPrior prior)
    {
        priors ??= [];
        priors.RemoveAll(p => p.State == prior.State);
        if (priors.Count < StateSlots.MaxStates)
        {
            priors.Add(prior);
        }
    }

    private void Remove(CellPrior prior)
    {
        priors!.Remove(prior);
        priors = priors.Count == 0 ? null : priors;
    }

    /// <summary>The prior of the present state, as long as the own baseline is not learned.</summary>
    private CellPrior? PriorFor(CellBaseline baseline)
    {
        if (priors is null)
        {
            return null;
        }

        CellPrior? prior = priors.Find(p => p.State == slots.NameOf(cellSlot));
        if (prior is not null && baseline.Warmup >= 1)
        {
            Remove(prior);
            return null;
        }

        if (prior is not null)
        {
            prior.OwnWarmup = baseline.Warmup;
        }

        return prior;
    }

    private void SavePriors(StateWriter writer)
    {
        writer.Int32(priorPeers);
        writer.Int32(priors?.Count ?? 0);
        priors?.ForEach(prior => prior.Save(writer));
    }

    /// <param name="reader">Null of a state without them.</param>
    private void RestorePriors(StateReader? reader)
    {
        (priors, priorPeers) = (null, reader?.Int32() ?? 0);
        for (int left = reader?.Count(64) ?? 0; left > 0; left--)
        {
            Put(CellPrior.Restored(reader!, watched.Count));
        }
    }
}
