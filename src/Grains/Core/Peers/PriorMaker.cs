using System.Collections.Immutable;
using System.Text;

namespace Millwright.Core.Peers;

/// <summary>Makes priors of what was seen of peers: one per operating state, cut so that each fits one sample of the log.</summary>
public static class PriorMaker
{
    /// <summary>Most samples that one adoption writes; the states that were seen least go first.</summary>
    public const int MaxTexts = 16;

    /// <summary>
    /// The spread within is that of the tails: a level is compared by what is usual, an alarm must also let pass what is rare at the peers.
    /// </summary>
    /// <param name="peers">What each peer was like, and its correlations by state; a metric in another unit must not be among them.</param>
    /// <param name="unitOf">The asset's own unit of a metric.</param>
    public static ImmutableArray<PriorFigures> Make(
        IReadOnlyList<PeerFindings> peers, ImmutableArray<string> metrics, Func<string, string> unitOf)
    {
        List<PriorFigures> made = [];
        string[] states = [.. peers.SelectMany(p => p.Levels).Select(l => l.State).Distinct(StringComparer.Ordinal)];
        foreach (string state in states)
        {
            List<PriorMetric> figures = [];
            List<int> places = [];
            List<PooledLevel> pools = [];
            for (int place = 0; place < metrics.Length; place++)
            {
                List<PeerLevel> levels = [.. peers.SelectMany(p => p.Levels.Where(l => l.State == state && l.Metric == metrics[place]))];
                if (levels.Count > 0)
                {
                    PooledLevel pooled = PeerPool.Of(levels);
                    figures.Add(new PriorMetric(metrics[place], unitOf(metrics[place]), pooled.Centre, pooled.Tail, pooled.Between));
                    places.Add(place);
                    pools.Add(pooled);
                }
            }

            made.Add(new PriorFigures
            {
                State = state,
                Peers = pools.Min(p => p.Peers),
                Samples = pools.Sum(p => p.Samples),
                Metrics = [.. figures],
                Correlations = Correlations(peers, state, places),
            });
        }

        return [.. made.OrderByDescending(p => p.Samples).ThenBy(p => p.State, StringComparer.Ordinal).SelectMany(Cut).Take(MaxTexts)];
    }

    /// <summary>Halves what is too long for one sample. A detector whose metrics lie in both halves then adopts nothing.</summary>
    private static IEnumerable<PriorFigures> Cut(PriorFigures prior)
    {
        if (prior.Metrics.Length == 1 || (prior.Metrics.Length <= PriorFigures.MaxMetrics
            && Encoding.UTF8.GetByteCount(PriorText.Write(prior)) <= PriorText.MaxLength))
        {
            return [prior];
        }

        int half = prior.Metrics.Length / 2;
        return [.. Cut(Part(prior, 0, half)), .. Cut(Part(prior, half, prior.Metrics.Length))];
    }

    private static PriorFigures Part(PriorFigures prior, int from, int to)
    {
        List<double> correlations = [];
        for (int i = from + 1; i < to && !prior.Correlations.IsEmpty; i++)
        {
            for (int j = from; j < i; j++)
            {
                correlations.Add(prior.Correlation(i, j));
            }
        }

        return prior with { Metrics = prior.Metrics[from..to], Correlations = [.. correlations] };
    }

    /// <summary>The mean over the peers, which is a matrix of correlations again. Empty when no peer has them.</summary>
    private static ImmutableArray<double> Correlations(IReadOnlyList<PeerFindings> peers, string state, List<int> places)
    {
        List<double[]> known = [.. peers.Select(p => p.Correlations.GetValueOrDefault(state)).OfType<double[]>()];
        if (known.Count == 0)
        {
            return [];
        }

        List<double> mean = [];
        for (int i = 1; i < places.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                int at = (places[i] * (places[i] - 1) / 2) + places[j];
                mean.Add(known.Average(k => k[at]));
            }
        }

        return [.. mean];
    }
}
