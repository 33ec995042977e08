using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>The usual slopes of one metric in one operating state; <see cref="RateOfChangeDetector"/> says how.</summary>
internal sealed class RateBaseline(RateOfChangeParameters parameters) : MetricBaseline
{
    public const double Limit = 1;
    private const double EndShare = 0.8;

    private readonly TrailingSlope trailing = new(parameters.Span);
    private SortedWindow slopes = new(parameters.Warmup * 4);
    private long learnedTicks;

    private double SmallestChange => parameters.MinScale * Math.Abs(trailing.Mean) / parameters.Span.TotalSeconds;

    public override double Warmup => parameters.HasLimits
        ? (double)trailing.Count / TrailingSlope.MinCells
        : (double)slopes.Count / parameters.Warmup;

    public override MetricJudgement Judge(in Observation observation, bool isActive)
    {
        long ticks = observation.EventTime.UtcTicks;
        trailing.Add(ticks, observation.Value);
        if (!trailing.TryFit())
        {
            return MetricJudgement.Warming(observation);
        }

        return parameters.HasLimits ? ByLimits(observation, isActive) : ByUsual(observation, isActive);
    }

    public override void Resume() => trailing.Clear();

    public override void Save(StateWriter writer)
    {
        trailing.Save(writer);
        slopes.Save(writer);
        writer.Int64(learnedTicks);
    }

    public override void Restore(StateReader reader)
    {
        trailing.Restore(reader);
        slopes = SortedWindow.Restore(reader, parameters.Warmup * 4);
        learnedTicks = reader.Int64();
    }

    private MetricJudgement ByLimits(in Observation observation, bool isActive)
    {
        double above = parameters.Upper is { } high ? Limit + ((trailing.Slope - high) / SizeOf(high)) : double.NegativeInfinity;
        double below = parameters.Lower is { } low ? Limit + ((low - trailing.Slope) / SizeOf(low)) : double.NegativeInfinity;
        double limit = (above >= below ? parameters.Upper : parameters.Lower) ?? 0;
        double inside = limit + (SizeOf(limit) * (above >= below ? -1e-3 : 1e-3));
        return Judged(observation, Math.Clamp(Math.Max(above, below), 0, Finding.MaxScore), limit, inside, isActive);
    }

    /// <summary>
    /// What a limit is measured by: itself, but no more than what lies between two, or the end of one would lie beyond the other. A limit
    /// of zero has no size; the smallest change that the metric is believed to make takes its place.
    /// </summary>
    private double SizeOf(double limit)
    {
        double between = parameters is { Upper: { } upper, Lower: { } lower } ? upper - lower : double.PositiveInfinity;
        double own = limit != 0 ? Math.Abs(limit) : Math.Max(SmallestChange, RobustScale.AbsoluteFloor);
        return Math.Min(own, between);
    }

    private MetricJudgement ByUsual(in Observation observation, bool isActive)
    {
        bool isDue = observation.EventTime.UtcTicks - learnedTicks >= parameters.Span.Ticks;
        if (slopes.Count < parameters.Warmup)
        {
            Learn(observation, isDue, trailing.Slope);
            return MetricJudgement.Warming(observation);
        }

        double usual = slopes.Quantile(0.5);
        double reach = parameters.Threshold * RobustScale.Of(slopes, SmallestChange);
        double deviation = trailing.Slope - usual;
        double score = Math.Min(Math.Abs(deviation) / reach, Finding.MaxScore);
        double clipped = score >= Limit ? usual + Math.CopySign(reach / 2, deviation) : trailing.Slope;
        Learn(observation, isDue, clipped);
        return Judged(observation, score, usual, usual + Math.CopySign(reach * 0.999, deviation), isActive);
    }

    private void Learn(in Observation observation, bool isDue, double slope)
    {
        if (isDue)
        {
            learnedTicks = observation.EventTime.UtcTicks;
            slopes.Add(learnedTicks, slope);
        }
    }

    /// <summary>
    /// The slope is linear in the newest value, so slopes are told as the values that would have made them: that is what has the metric's
    /// unit, and what somebody can check.
    /// </summary>
    private MetricJudgement Judged(in Observation observation, double score, double slope, double inside, bool isActive)
    {
        bool isOut = score >= Limit || (isActive && score > Limit * EndShare);
        DecisionVerdict verdict = isOut ? DecisionVerdict.Active : DecisionVerdict.Quiet;
        return new MetricJudgement(score, observation.Value, ValueAt(slope, observation.Value), verdict)
        {
            StartTicks = trailing.StartTicks,
            Counterfactual = trailing.Leverage > 0 ? ValueAt(inside, observation.Value) : null,
        };
    }

    private double ValueAt(double slope, double newest) =>
        trailing.Leverage > 0 ? newest + ((slope - trailing.Slope) / trailing.Leverage) : newest;
}
