using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Intuition: a live measurement trembles. One that repeats the same bits over and over, while the machine runs, is no measurement any
/// more.
///
/// Method: per metric the length of the present run of equal values, and per operating state how often the metric changed and how long its
/// longest run was. It fires when the run has enough samples, lasts long enough, and is several times the longest run known; it clears when
/// the value changes. Which states count as running is not asked: a metric that stands still in a state (power at zero while off) never
/// gathers changes there, and so is never judged there.
///
/// Trap: set points, counters and coarse sensors rest by nature. The longest run known raises the bar for them, and a run that fired raises
/// it too, but at most to twice what it was: a nuisance ends after a few, a sensor that dies for a week does not blind us for a month.
///
/// Source: flat-line test of the quality control of ocean and weather stations (IOOS QARTOD), with a learned limit.
/// </summary>
internal sealed class StuckDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, StuckParameters parameters)
    : MetricDetector(identity, new WatchedMetrics(metrics, StuckParameters.Kind), TimeSpan.Zero, Limit)
{
    private const double Limit = 1;

    protected override byte OlderVersions => 2;

    protected override MetricBaseline NewBaseline() => new Baseline(parameters);

    /// <summary>The run was one of the metric, and in the first version nobody knew when it was seen last.</summary>
    protected override MetricTrack RestoreOlder(StateReader reader, byte version)
    {
        MetricTrack track = new() { Slot = StateSlots.ReadSlot(reader) };
        Baseline present = new(parameters);
        present.RestoreRun(reader);
        track.IsActive = reader.Boolean();
        long seen = version > 1 ? reader.Instant().UtcTicks : 0;
        for (int slot = 0; slot < track.Baselines.Length; slot++)
        {
            Baseline baseline = slot == track.Slot ? present : new Baseline(parameters);
            baseline.RestoreKnown(reader);
            track.Baselines[slot] = baseline.IsNew && slot != track.Slot ? null : baseline;
        }

        track.Judged = present.LastOf(seen, track.IsActive);
        return track;
    }

    private sealed class Baseline(StuckParameters parameters) : MetricBaseline
    {
        private int changes;
        private int longest;

        // The present run of equal values, and the value before it.
        private double value;
        private double before;
        private int length;
        private long sinceTicks;

        public override double Warmup => (double)changes / parameters.MinChanges;

        public bool IsNew => changes == 0 && longest == 0;

        public override MetricJudgement Judge(in Observation observation, bool isActive)
        {
            long ticks = observation.EventTime.UtcTicks;
            long startTicks = sinceTicks;
            bool isChange = length > 0 && observation.Value != value;
            if (isChange)
            {
                Learn(isActive);
                before = value;
            }

            bool isSame = length > 0 && !isChange;
            (value, sinceTicks) = (observation.Value, isSame ? sinceTicks : ticks);
            length = isSame ? Math.Min(length, int.MaxValue - 1) + 1 : 1;
            if (changes < parameters.MinChanges)
            {
                return MetricJudgement.Warming(observation);
            }

            // What is stuck stays so until it changes, whatever the score.
            double score = isSame ? Score(ticks) : 0;
            bool isStuck = isSame && (isActive || score >= Limit);
            return new MetricJudgement(score, value, before, isStuck ? DecisionVerdict.Active : DecisionVerdict.Quiet)
            {
                StartTicks = startTicks,
                Counterfactual = before,
            };
        }

        /// <summary>A run that crosses states is not one run: standing still may be right in one of them.</summary>
        public override void Resume() => length = 0;

        public override void Save(StateWriter writer)
        {
            writer.Int32(changes);
            writer.Int32(longest);
            writer.Double(value);
            writer.Double(before);
            writer.Int32(length);
            writer.Int64(sinceTicks);
        }

        public override void Restore(StateReader reader)
        {
            RestoreKnown(reader);
            RestoreRun(reader);
        }

        public void RestoreKnown(StateReader reader)
        {
            changes = Within(reader.Int32(), int.MaxValue);
            longest = Within(reader.Int32(), int.MaxValue);
        }

        public void RestoreRun(StateReader reader)
        {
            value = Finite(reader);
            before = Finite(reader);
            length = Within(reader.Int32(), int.MaxValue);
            sinceTicks = reader.Instant().UtcTicks;
        }

        /// <summary>What it must have said of the sample at an instant.</summary>
        public LastJudgement LastOf(long ticks, bool isActive) => changes < parameters.MinChanges || ticks == 0
            ? new LastJudgement(ticks, value, double.NaN, double.NaN, DecisionVerdict.Warming)
            : new LastJudgement(ticks, value, before, Score(ticks), isActive ? DecisionVerdict.Active : DecisionVerdict.Quiet);

        private double Score(long ticks)
        {
            double bySamples = length / Math.Max(parameters.Samples, parameters.Factor * longest);
            double seconds = parameters.Duration.TotalSeconds;
            double byTime = seconds > 0 ? TimeSpan.FromTicks(ticks - sinceTicks).TotalSeconds / seconds : double.MaxValue;
            return Math.Clamp(Math.Min(bySamples, byTime), 0, Finding.MaxScore);
        }

        private void Learn(bool isActive)
        {
            int bar = isActive ? (int)Math.Min(int.MaxValue, 2L * Math.Max(longest, 1)) : int.MaxValue;
            longest = Math.Max(longest, Math.Min(length, bar));
            changes = Math.Min(changes + 1, parameters.MinChanges);
        }
    }
}
