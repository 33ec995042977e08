using System.Collections.Immutable;

namespace Millwright.Core.Quality.Curves;

/// <summary>
/// Judges curves by the usual ones, without a label: learns each programme online, and the family of all programmes at once.
/// </summary>
/// <remarks>
/// Intuition: forty programmes with ten curves each are too few to learn apart and too unlike to learn as one. What varies within a
/// programme (wear, operators, oil) is much the same in all of them; what a programme's centre is can be told after some curves, and
/// before by what the others are.
/// Method: Hotelling's T² of seven features (<see cref="CurveFeatures"/>). A programme of n curves is expected at w·family + (1−w)·own mean
/// with the spread w·T + (1−w)·W, w = K/(n+K): T is the spread of all curves around the family's mean, W that within programmes (empirical
/// Bayes, Efron and Morris 1973). The first curves give median and MAD, which bear a fifth of bad ones.
/// Trap: faults come in series (one worn batch), and what is learned is not seen any more. So a curve teaches only if its score is one
/// that a normal curve has (χ², one in a thousand); between that and the threshold it neither alarms nor teaches. A lower threshold lowers
/// that limit too, down to one normal curve in twenty: what has taught despite its alarm would soon not alarm any more, but a model that
/// learned from the middle of the normal curves alone would shrink until all alarm. A new normal needs a new
/// <see cref="CurveModelOptions.Version"/>, on purpose.
/// </remarks>
public sealed partial class CurveModel(CurveModelOptions options)
{
    /// <summary>Programmes kept; beyond it the one that has not taught for longest starts anew.</summary>
    public const int MaxProgrammes = 256;

    private const int Features = CurveFeatures.Count;

    /// <summary>K: curves at which a programme's own mean counts as much as the family's.</summary>
    private const double PriorWeight = 8;

    /// <summary>Curves after which old ones fade, so that a model may follow a tool's slow wear.</summary>
    private const int Memory = 200;

    /// <summary>Correlations from few curves are drawn towards none by this share.</summary>
    private const double Shrinkage = 0.2;

    /// <summary>χ² with 7 degrees of freedom at one in a thousand.</summary>
    private const double MaxTeachingScore = 24.3;

    /// <summary>The same at one in twenty: with less the spread would be learned a tenth too small, and then ever smaller.</summary>
    private const double MinTeachingScore = 14.07;

    private readonly double teachingLimit = Math.Clamp(options.Threshold, MinTeachingScore, MaxTeachingScore);

    private readonly SortedDictionary<string, Programme> programmes = new(StringComparer.Ordinal);
    private readonly List<(string Programme, double[] Scaled)> waiting = [];
    private readonly double[] center = new double[Features];
    private readonly double[] total = new double[Features * Features];
    private readonly double[] within = new double[Features * Features];

    /// <summary>What the family's mean and spreads rest on: the curves that have taught, and once more the first ones.</summary>
    private long learned;
    private long clock;

    /// <summary>Whether curves are judged yet.</summary>
    public bool IsReady { get; private set; }

    /// <summary>
    /// Judges the curve by those before it, then learns from it if it is usual. Null while warming up, or for a feature that is no
    /// number.
    /// </summary>
    public CurveJudgement? Observe(string programme, ReadOnlySpan<double> features)
    {
        programme = ProgrammeName.Bounded(programme);
        if (!TryScale(features, out double[] scaled))
        {
            return null;
        }

        if (!IsReady)
        {
            WarmUp(programme, scaled);
            return null;
        }

        CurveJudgement judgement = Judge(programme, features, scaled);
        if (judgement.Score < teachingLimit)
        {
            Learn(programme, scaled);
        }

        return judgement;
    }

    /// <summary>Judges without learning; null as in <see cref="Observe"/>.</summary>
    public CurveJudgement? Judge(string programme, ReadOnlySpan<double> features) =>
        IsReady && TryScale(features, out double[] scaled) ? Judge(ProgrammeName.Bounded(programme), features, scaled) : null;

    private static bool TryScale(ReadOnlySpan<double> features, out double[] scaled)
    {
        Invariant.Holds(features.Length == Features);
        scaled = new double[Features];
        bool isFinite = true;
        for (int i = 0; i < Features; i++)
        {
            scaled[i] = CurveFeatures.Scaled(i, features[i]);
            isFinite &= double.IsFinite(features[i]) && double.IsFinite(scaled[i]);
        }

        return isFinite;
    }

    private void WarmUp(string programme, double[] scaled)
    {
        clock++;
        waiting.Add((programme, scaled));
        if (waiting.Count < options.WarmUp)
        {
            return;
        }

        IsReady = true;
        for (int i = 0; i < Features; i++)
        {
            center[i] = Median([.. waiting.Select(w => w.Scaled[i])]);
            double spread = (1.4826 * Median([.. waiting.Select(w => Math.Abs(w.Scaled[i] - center[i]))])) + 0.05;
            within[(i * Features) + i] = spread * spread;

            // Other programmes will come that are not among the first curves.
            total[(i * Features) + i] = 2 * spread * spread;
        }

        learned = waiting.Count;
        foreach ((string name, double[] values) in waiting)
        {
            if (Distance(name, values).Squared < teachingLimit)
            {
                Learn(name, values);
            }
        }

        waiting.Clear();
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private CurveJudgement Judge(string programme, ReadOnlySpan<double> features, double[] scaled)
    {
        CurveDistance distance = Distance(programme, scaled);
        var shares = ImmutableArray.CreateBuilder<CurveShare>(Features);
        for (int i = 0; i < Features; i++)
        {
            double usual = CurveFeatures.Unscaled(i, distance.Expected[i]);
            shares.Add(new CurveShare(i, features[i], usual, distance.Share(i)));
        }

        bool isUnusual = distance.Squared >= options.Threshold;
        CurveShare? counterfactual = isUnusual ? distance.Counterfactual(features, scaled, options.Threshold) : null;
        return new CurveJudgement
        {
            Score = distance.Squared,
            Threshold = options.Threshold,
            Learned = programmes.TryGetValue(programme, out Programme? known) ? known.Learned : 0,
            Shares = shares.MoveToImmutable(),
            Counterfactual = counterfactual,
            Nearness = isUnusual && counterfactual is null ? distance.Nearness(features, scaled, options.Threshold) : null,
        };
    }

    private CurveDistance Distance(string programme, double[] scaled)
    {
        Programme? known = programmes.GetValueOrDefault(programme);
        double weight = PriorWeight / ((known?.Learned ?? 0) + PriorWeight);
        double[] expected = new double[Features];
        for (int i = 0; i < Features; i++)
        {
            expected[i] = known is null ? center[i] : (weight * center[i]) + ((1 - weight) * known.Mean[i]);
        }

        return new CurveDistance(expected, Spread(weight), scaled);
    }

    private double[] Spread(double weight)
    {
        double[] spread = new double[Features * Features];
        for (int i = 0; i < Features; i++)
        {
            for (int j = 0; j < Features; j++)
            {
                int at = (i * Features) + j;
                spread[at] = ((weight * total[at]) + ((1 - weight) * within[at])) * (i == j ? 1 : 1 - Shrinkage);
            }

            // A feature that never varied says little, not everything: a hundredth of its scale is always usual.
            spread[(i * Features) + i] += 1e-4;
        }

        return spread;
    }

    private void Learn(string name, double[] scaled)
    {
        double weight = 1.0 / Math.Min(learned + 1, Memory);
        learned++;
        clock++;
        Blend(total, scaled, center, weight, 1);
        if (!programmes.TryGetValue(name, out Programme? programme))
        {
            programme = Add(name);
            scaled.CopyTo(programme.Mean, 0);
        }
        else
        {
            // A mean of n strays itself by 1/n of the spread; the factor takes that out of what is measured against it.
            Blend(within, scaled, programme.Mean, weight, programme.Learned / (programme.Learned + 1.0));
            double own = 1.0 / Math.Min(programme.Learned + 1, Memory);
            for (int i = 0; i < Features; i++)
            {
                programme.Mean[i] += own * (scaled[i] - programme.Mean[i]);
            }
        }

        programme.Learned = Math.Min(programme.Learned + 1, int.MaxValue - 1);
        programme.LastTaught = clock;
        for (int i = 0; i < Features; i++)
        {
            center[i] += weight * (scaled[i] - center[i]);
        }
    }

    private static void Blend(double[] spread, double[] scaled, double[] around, double weight, double factor)
    {
        for (int i = 0; i < Features; i++)
        {
            for (int j = 0; j < Features; j++)
            {
                double product = (scaled[i] - around[i]) * (scaled[j] - around[j]) * factor;
                spread[(i * Features) + j] += weight * (product - spread[(i * Features) + j]);
            }
        }
    }

    private Programme Add(string name)
    {
        if (programmes.Count >= MaxProgrammes)
        {
            programmes.Remove(programmes.MinBy(p => p.Value.LastTaught).Key);
        }

        return programmes[name] = new Programme();
    }

    private sealed class Programme
    {
        public int Learned { get; set; }

        public long LastTaught { get; set; }

        public double[] Mean { get; } = new double[Features];
    }
}
