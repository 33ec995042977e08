using Millwright.Core.Peers;
using Millwright.Core.State;

namespace Millwright.Core.Detection.Priors;

/// <summary>Judges a metric in one operating state by its peers, in standard deviations, while its own baseline still learns.</summary>
internal sealed class MetricPrior(string state, int peers, PriorLevel level)
{
    /// <summary>An open finding ends at this share of the threshold.</summary>
    private const double ClearShare = 0.5;

    private PriorTrial trial;

    public MetricPrior(PriorFigures figures, in PriorMetric metric)
        : this(figures.State, figures.Peers, new PriorLevel(metric))
    {
    }

    public string State => state;

    public int Peers => peers;

    /// <summary>It does not fit this machine.</summary>
    public bool IsRefuted => trial.IsFailed;

    public bool MayLearn => trial.MayLearn;

    /// <summary>Judges a sample; <see cref="Learn"/> follows.</summary>
    public MetricJudgement Judge(in Observation observation, bool isActive, double threshold)
    {
        double expected = level.Level;
        double scale = Math.Max(level.Scale, RobustScale.AbsoluteFloor);
        double deviation = observation.Value - expected;
        double score = Math.Min(Math.Abs(deviation) / scale, Finding.MaxScore);
        bool isBeyond = score >= threshold;
        trial.Add(isBeyond);
        bool isOut = (isBeyond && trial.IsPassed) || (isActive && score > threshold * ClearShare);
        DecisionVerdict below = isBeyond ? DecisionVerdict.Pending : DecisionVerdict.Quiet;
        return new MetricJudgement(score, observation.Value, expected, isOut ? DecisionVerdict.Active : below)
        {
            // A thousandth inside the limit: at the limit itself rounding would decide.
            Counterfactual = expected + Math.CopySign(threshold * scale * 0.999, deviation),
        };
    }

    /// <param name="warmup">Of the own baseline, the sample included.</param>
    public void Learn(double value, double threshold, double warmup)
    {
        // A wild sample counts no more than one half-way to the limit.
        double reach = threshold * level.Scale / 2;
        level.Learn(Math.Clamp(value, level.Level - reach, level.Level + reach), warmup);
    }

    public void Save(StateWriter writer)
    {
        writer.Text(state);
        writer.Int32(peers);
        level.Save(writer);
        trial.Save(writer);
    }

    public static MetricPrior Restore(StateReader reader) =>
        new(reader.Text() ?? "", reader.Int32(), PriorLevel.Restore(reader)) { trial = PriorTrial.Restore(reader) };
}
