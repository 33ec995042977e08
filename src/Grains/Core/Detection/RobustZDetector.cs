using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a metric is unusual when it lies far from where it lay lately, measured in its own spread, while the machine does the same.
///
/// Method: per metric and operating state the newest samples, kept sorted. Centre is the median; spread is the larger of the quartile range
/// / 1.349 and the 10–90 % range / 2.563, which agree on a bell curve. The quartiles alone call a metric constant that flickers between two
/// values for a fifth of the time. A sample is judged before it is added. An outlier enters clipped half-way to the limit, so one spike
/// changes nothing, while a lasting step widens the spread with each sample until it is the new normal.
///
/// Trap: with n samples the spread itself is a guess, and dividing by it gives Student's tails rather than a bell's (a range estimate from
/// n samples is worth about 0.37 n degrees of freedom). The spread is therefore widened by 1 + (22/n)², fitted to the 1e-6 quantile of that
/// distribution: without it, baselines of 30 samples would cry on pure noise. A constant metric has no spread at all: floors relative to
/// the median and absolute keep scores finite.
///
/// Source: median and quartile scores after Iglewicz and Hoaglin (1993); clipping is Huber's winsorising.
/// </summary>
internal sealed class RobustZDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, RobustZParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, RobustZParameters.Kind), parameters.Settle, parameters.Threshold)
{
    /// <summary>
    /// An open finding ends at this share of the threshold, so that a value that trembles about the limit is one finding and not ten.
    /// </summary>
    private const double ClearShare = 0.5;

    protected override byte OlderVersions => 2;

    protected override bool AdoptsPriors => true;

    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    /// <summary>It kept the last judged value, and in the first version no judgement.</summary>
    protected override MetricTrack RestoreOlder(StateReader reader, byte version)
    {
        MetricTrack track = new() { Slot = StateSlots.ReadSlot(reader), SettledTicks = reader.Int64(), IsActive = reader.Boolean() };
        double last = reader.Double();
        track.Judged = version == 1
            ? new LastJudgement(0, last, double.NaN, double.NaN, DecisionVerdict.Warming)
            : LastJudgement.Restore(reader);
        track.RestoreBaselines(reader, NewBaseline);
        return track;
    }

    private sealed class Baseline(RobustZParameters parameters) : MetricBaseline
    {
        private SortedWindow samples = new(parameters.MaxSamples);

        public override double Warmup => (double)samples.Count / parameters.MinSamples;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            long ticks = observation.EventTime.UtcTicks;
            samples.DropBefore(ticks - parameters.Window.Ticks, parameters.MinSamples);
            if (samples.Count < parameters.MinSamples)
            {
                samples.Add(ticks, observation.Value);
                return MetricJudgement.Warming(observation);
            }

            double median = samples.Quantile(0.5);
            double scale = RobustScale.Of(samples, parameters.MinScale * Math.Abs(median));
            double score = Math.Min(Math.Abs(observation.Value - median) / scale, Finding.MaxScore);
            bool isBeyond = score >= parameters.Threshold;
            bool isOut = isBeyond || (isActive && score > parameters.Threshold * ClearShare);
            double reach = parameters.Threshold * scale;
            double side = observation.Value - median;
            long start = Math.Min(samples.OldestTicks, ticks);
            samples.Add(ticks, isBeyond ? median + Math.CopySign(reach / 2, side) : observation.Value);
            return new MetricJudgement(score, observation.Value, median, isOut ? DecisionVerdict.Active : DecisionVerdict.Quiet)
            {
                StartTicks = start,

                // A thousandth inside the limit: at the limit itself rounding would decide.
                Counterfactual = median + Math.CopySign(reach * 0.999, side),
            };
        }

        public override void Save(StateWriter writer) => samples.Save(writer);

        public override void Restore(StateReader reader) => samples = SortedWindow.Restore(reader, parameters.MaxSamples);
    }
}
