using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a filter that clogs moves its pressure by less per hour than the noise per second, but always in the same direction.
///
/// Method: the trailing span is cut into a few dozen means per operating state. Each time one is complete, every pair of them votes: later is
/// higher, or lower. The votes' sum over its standard deviation under no trend is the score (Mann-Kendall). How much it drifts is the median
/// of the slopes of all pairs (Theil-Sen): the finding compares the fitted value at the end of the span with that at its beginning. A drift
/// smaller than <c>min-drift</c> of the level scales the score down. An anomaly ends below half the threshold.
///
/// Trap: means that resemble their neighbours vote alike without any trend. The variance is therefore inflated by (1+ρ)/(1−ρ), ρ being the
/// lag-one correlation of what is left when the fitted line is taken away, mended for its bias. A drift that is really the time of day needs
/// a span of whole days, which is the default.
///
/// Source: Mann (1945), Kendall (1975), Theil (1950), Sen (1968); correction for correlation after Yue and Wang (2004).
/// </summary>
internal sealed class TrendDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, TrendParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, TrendParameters.Kind), parameters.Settle, parameters.Threshold)
{
    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    private sealed class Baseline(TrendParameters parameters) : MetricBaseline
    {
        private const double EndShare = 0.5;

        private readonly long blockTicks = Math.Max(1, parameters.Span.Ticks / parameters.Blocks);
        private readonly long[] numbers = new long[parameters.Blocks];
        private readonly double[] means = new double[parameters.Blocks];
        private int blocks;
        private long open;
        private int openCount;
        private double openMean;
        private LastJudgement held;

        // A quarter of the span may be missing: shifts end, lines rest.
        private int Enough => parameters.Blocks * 3 / 4;

        public override double Warmup => (double)blocks / Enough;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            long number = observation.EventTime.UtcTicks / blockTicks;
            bool isComplete = openCount > 0 && number > open;
            if (isComplete)
            {
                Close(number);
            }

            open = number;
            openCount = Math.Min(openCount + 1, int.MaxValue - 1);
            openMean += (observation.Value - openMean) / openCount;
            if (blocks < Enough)
            {
                return MetricJudgement.Warming(observation);
            }

            if (isComplete || held.Ticks == 0)
            {
                Fit(observation, isActive);
            }

            return new MetricJudgement(held.Score, held.Value, held.Baseline, held.Verdict) { StartTicks = numbers[0] * blockTicks };
        }

        public override void Save(StateWriter writer)
        {
            writer.Int32(blocks);
            for (int i = 0; i < blocks; i++)
            {
                writer.Int64(numbers[i]);
                writer.Double(means[i]);
            }

            writer.Int64(open);
            writer.Int32(openCount);
            writer.Double(openMean);
            held.Save(writer);
        }

        public override void Restore(StateReader reader)
        {
            blocks = Within(reader.Count(16), parameters.Blocks);
            for (int i = 0; i < blocks; i++)
            {
                numbers[i] = reader.Int64();
                means[i] = Finite(reader);
                if (numbers[i] < 0 || numbers[i] > DateTimeOffset.MaxValue.Ticks / blockTicks)
                {
                    throw new StateFormatException("A block of a trend is at no time.");
                }
            }

            open = reader.Int64();
            openCount = Within(reader.Int32(), int.MaxValue - 1);
            openMean = Finite(reader);
            held = LastJudgement.Restore(reader);
        }

        private void Close(long number)
        {
            int drop = blocks == parameters.Blocks ? 1 : 0;
            while (drop < blocks && numbers[drop] < number - parameters.Blocks)
            {
                drop++;
            }

            Array.Copy(numbers, drop, numbers, 0, blocks - drop);
            Array.Copy(means, drop, means, 0, blocks - drop);
            blocks -= drop;
            numbers[blocks] = open;
            means[blocks++] = openMean;
            (openCount, openMean) = (0, 0);
            held = blocks < Enough ? default : held;
        }

        private void Fit(in Observation observation, bool isActive)
        {
            TrendFit fit = TrendFit.Of(numbers.AsSpan(0, blocks), means.AsSpan(0, blocks));
            double drift = Math.Abs(fit.End - fit.Start);
            double least = parameters.MinDrift * Math.Max(Math.Abs(fit.Start), Math.Abs(fit.End));
            double score = drift >= least ? fit.Score : fit.Score * (drift / least);
            bool isOut = score >= parameters.Threshold || (isActive && score > parameters.Threshold * EndShare);
            DecisionVerdict verdict = isOut ? DecisionVerdict.Active : DecisionVerdict.Quiet;
            held = new LastJudgement(observation.EventTime.UtcTicks, fit.End, fit.Start, score, verdict);
        }
    }
}
