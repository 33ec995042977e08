using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: machines have mass and do not leap up and back within one sample. What does is a loose contact or a lost bit, so a spike is
/// about the data and a step about the process.
///
/// Method: of three neighbouring samples the middle one is tested when the third has come: |x₂ − (x₁+x₃)/2| − |x₃ − x₁|/2, which for a leap
/// and return is the smaller of the two, and for a step or a ramp nothing. The score is that height in robust standard deviations of the
/// metric's own steps, or in its resolution (the smallest step seen) when that is coarser. The anomaly is dated at the middle sample and
/// ends when no other has come for a while: ten spikes of a bad cable are one finding.
///
/// Trap: a coarse converter that trembles between two codes makes perfect little spikes, while most of its steps are zero and so is their
/// spread. That is why the resolution is a floor. And after a pause the neighbours are strangers: three samples of one state, in a row.
///
/// Source: spike test of the Argo and QARTOD quality control; robust scale as in <see cref="RobustZDetector"/>.
/// </summary>
internal sealed class SpikeDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, SpikeParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, SpikeParameters.Kind), parameters.Settle, parameters.Threshold)
{
    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    private sealed class Baseline(SpikeParameters parameters) : MetricBaseline
    {
        private SortedWindow steps = new(parameters.MaxSamples);
        private int neighbours;
        private double before;
        private long beforeTicks;
        private double last;
        private long lastTicks;
        private long spikeTicks;

        public override double Warmup => (double)steps.Count / parameters.MinSamples;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            MetricJudgement judged = MetricJudgement.Warming(observation);
            double reach = double.MaxValue;
            if (steps.Count >= parameters.MinSamples)
            {
                double scale = Math.Max(RobustScale.Of(steps, parameters.MinScale * Math.Abs(before)), steps.SmallestSize());
                reach = parameters.Threshold * scale;
                judged = Test(observation, scale, isActive);
            }

            Learn(observation, reach / 2);
            return judged;
        }

        public override void Resume() => neighbours = 0;

        public override void Save(StateWriter writer)
        {
            steps.Save(writer);
            writer.Int32(neighbours);
            writer.Double(before);
            writer.Int64(beforeTicks);
            writer.Double(last);
            writer.Int64(lastTicks);
            writer.Int64(spikeTicks);
        }

        public override void Restore(StateReader reader)
        {
            steps = SortedWindow.Restore(reader, parameters.MaxSamples);
            neighbours = Within(reader.Int32(), 2);
            before = Finite(reader);
            beforeTicks = reader.Instant().UtcTicks;
            last = Finite(reader);
            lastTicks = reader.Instant().UtcTicks;
            spikeTicks = reader.Instant().UtcTicks;
        }

        private MetricJudgement Test(in Observation observation, double scale, bool isActive)
        {
            double score = 0;
            double expected = last;
            double room = 0;
            if (neighbours == 2)
            {
                expected = (before + observation.Value) / 2;
                room = Math.Abs(observation.Value - before) / 2;
                score = Math.Clamp((Math.Abs(last - expected) - room) / scale, 0, Finding.MaxScore);
            }

            bool isSpike = score >= parameters.Threshold;
            spikeTicks = isSpike ? lastTicks : spikeTicks;
            bool isOpen = isSpike || (isActive && observation.EventTime.UtcTicks - spikeTicks < parameters.Clear.Ticks);
            return new MetricJudgement(score, last, expected, isOpen ? DecisionVerdict.Active : DecisionVerdict.Quiet)
            {
                AboutTicks = isSpike ? lastTicks : 0,
                StartTicks = isSpike ? beforeTicks : 0,

                // A tenth inside: its steps are learned too and must not change the verdict about it.
                Counterfactual = expected + Math.CopySign(room + (parameters.Threshold * scale * 0.9), last - expected),
            };
        }

        private void Learn(in Observation observation, double reach)
        {
            if (neighbours > 0)
            {
                steps.Add(observation.EventTime.UtcTicks, Math.Clamp(observation.Value - last, -reach, reach));
            }

            (before, beforeTicks) = (last, lastTicks);
            (last, lastTicks) = (observation.Value, observation.EventTime.UtcTicks);
            neighbours = Math.Min(neighbours + 1, 2);
        }
    }
}
