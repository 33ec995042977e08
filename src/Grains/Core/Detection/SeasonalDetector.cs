using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: forty kilowatts at noon is production, forty kilowatts on Sunday at three is a valve left open.
///
/// Method: the period (a day, or a week) is cut into bins of event time; per bin and operating state a profile keeps the usual mean and
/// the usual squared deviation from it over the last periods. Between the centres of neighbouring bins the expected value is
/// interpolated, so a morning ramp is no staircase. The score is the distance from the expected value in standard deviations of this
/// time, a bin's own spread being drawn towards the pooled one while it has been seen in few periods. A few samples in a row must lie
/// beyond. What lies beyond is not learned: a valve left open on ten Sundays stays a finding until somebody says that it is the new
/// normal. A finding that runs on into a time that is not known yet stays too, and nothing of it is learned.
///
/// Trap: it judges no bin before it has seen it in two periods; with one, every difference between two days would be a fault. Days are
/// those of UTC: a profile needs no midnight, but where clocks change twice a year it is an hour off for some periods after.
///
/// Source: seasonal profile charts; exponential seasonal means after Holt and Winters (1960); shrinkage of variances after James and Stein.
/// </summary>
internal sealed class SeasonalDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, SeasonalParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, SeasonalParameters.Kind), parameters.Settle, parameters.Threshold)
{
    protected override bool AdoptsPriors => true;

    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    private sealed class Baseline(SeasonalParameters parameters) : MetricBaseline
    {
        private const double EndShare = 0.8;

        private readonly SeasonalProfile profile = new(parameters);
        private int beyond;

        public override double Warmup => profile.Warmup;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            long ticks = observation.EventTime.UtcTicks;
            profile.MoveTo(ticks);
            if (!profile.TryExpect(ticks, out double expected, out double scale))
            {
                if (isActive)
                {
                    // Nothing says that it is over, and what is learned while it lasts would be the fault.
                    return MetricJudgement.Held;
                }

                profile.Learn(observation.Value, observation.Value - expected);
                return MetricJudgement.Warming(observation);
            }

            scale = Math.Max(scale, Math.Max(parameters.MinScale * Math.Abs(expected), RobustScale.AbsoluteFloor));
            double deviation = observation.Value - expected;
            double score = Math.Min(Math.Abs(deviation) / scale, Finding.MaxScore);
            bool isBeyond = score >= parameters.Threshold;
            beyond = isBeyond ? Math.Min(beyond + 1, parameters.Hold) : 0;
            bool isOpen = isActive ? score > parameters.Threshold * EndShare : beyond >= parameters.Hold;
            if (!isBeyond)
            {
                profile.Learn(observation.Value, deviation);
            }

            DecisionVerdict below = isBeyond ? DecisionVerdict.Pending : DecisionVerdict.Quiet;
            return new MetricJudgement(score, observation.Value, expected, isOpen ? DecisionVerdict.Active : below)
            {
                Counterfactual = expected + Math.CopySign(parameters.Threshold * scale * 0.999, deviation),
            };
        }

        public override void Resume() => beyond = 0;

        public override void Save(StateWriter writer)
        {
            profile.Save(writer);
            writer.Int32(beyond);
        }

        public override void Restore(StateReader reader)
        {
            profile.Restore(reader);
            beyond = Within(reader.Int32(), parameters.Hold);
        }
    }
}
