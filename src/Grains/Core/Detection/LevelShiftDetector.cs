using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: one sample above the mean says nothing, forty in a row say that the mean has moved, however little.
///
/// Method: two one-sided cumulative sums of standardised deviations (CUSUM), each reduced by an allowance at every sample and never below
/// zero. Deviations count at most four, so that no single sample decides. The change began where the sum was zero last: that is the maximum
/// likelihood estimate, and the window of the finding starts there. After reporting, the level is learned afresh; the anomaly ends when
/// that is done. While a sum is beyond half its limit nothing is learned, so that the level does not run after what is in question.
///
/// Trap: the limit of the text books holds for independent samples. With lag-one correlation ρ a sum wanders (1+ρ)/(1−ρ) times as far, so
/// the sum is divided by that, with ρ learned (and its known bias for short records mended). And the mean of a short warm-up is a guess: its
/// standard error, times two, is part of the allowance. A metric that wanders without any level raises its own limit and is left alone.
///
/// Source: Page (1954); choice of allowance and limit after Montgomery, Introduction to Statistical Quality Control; inflation after
/// Johnson and Bagshaw (1974); bias of the correlation after Marriott and Pope (1954).
/// </summary>
internal sealed class LevelShiftDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, LevelShiftParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, LevelShiftParameters.Kind), parameters.Settle, parameters.Threshold)
{
    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    private sealed class Baseline(LevelShiftParameters parameters) : MetricBaseline
    {
        /// <summary>Deviations count no more than this, in standard deviations.</summary>
        private const double Ceiling = 4;

        private readonly LevelEstimate level = new(parameters.Memory);
        private CumulativeSum up;
        private CumulativeSum down;
        private bool isRelearning;
        private LastJudgement shift;

        public override double Warmup => (double)level.Count / parameters.Warmup;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            if (level.Count < parameters.Warmup)
            {
                level.Learn(observation.Value);
                return isRelearning && isActive
                    ? new MetricJudgement(shift.Score, shift.Value, shift.Baseline, DecisionVerdict.Active)
                    : MetricJudgement.Warming(observation);
            }

            isRelearning = false;
            double scale = Math.Max(level.Deviation, Math.Max(parameters.MinScale * Math.Abs(level.Mean), RobustScale.AbsoluteFloor));
            double inflation = level.Inflation;
            double deviation = Math.Clamp((observation.Value - level.Mean) / scale, -Ceiling, Ceiling);
            double allowance = (parameters.Shift / 2) + (2 * Math.Sqrt(inflation / level.Weight));
            long ticks = observation.EventTime.UtcTicks;
            up.Add(deviation - allowance, observation.Value, ticks);
            down.Add(-deviation - allowance, observation.Value, ticks);
            CumulativeSum higher = up.Sum >= down.Sum ? up : down;
            double score = Math.Min(higher.Sum / inflation, Finding.MaxScore);
            if (score >= parameters.Threshold)
            {
                // With the level within half the allowance the sum would have gone down rather than up.
                double inside = level.Mean + Math.CopySign(allowance / 2 * scale, deviation);
                return Report(ticks, higher, score) with { Counterfactual = inside };
            }

            if (score < parameters.Threshold / 2)
            {
                level.Learn(level.Mean + (deviation * scale));
            }

            double expected = level.Mean;
            return new MetricJudgement(score, observation.Value, expected, DecisionVerdict.Quiet);
        }

        public override void Resume()
        {
            level.Pause();
            (up, down) = (default, default);
        }

        public override void Save(StateWriter writer)
        {
            level.Save(writer);
            up.Save(writer);
            down.Save(writer);
            writer.Boolean(isRelearning);
            shift.Save(writer);
        }

        public override void Restore(StateReader reader)
        {
            level.Restore(reader);
            up = CumulativeSum.Restore(reader);
            down = CumulativeSum.Restore(reader);
            isRelearning = reader.Boolean();
            shift = LastJudgement.Restore(reader);
        }

        private MetricJudgement Report(long ticks, in CumulativeSum sum, double score)
        {
            shift = new LastJudgement(ticks, sum.Mean, level.Mean, score, DecisionVerdict.Active);
            MetricJudgement found = new(score, sum.Mean, level.Mean, DecisionVerdict.Active) { StartTicks = sum.SinceTicks };
            isRelearning = true;
            level.Clear();
            (up, down) = (default, default);
            return found;
        }
    }
}
