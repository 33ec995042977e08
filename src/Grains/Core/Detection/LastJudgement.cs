using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// What a detector made of the last observation of one metric, as few bytes as will explain it later. Kept beside the findings because the
/// baseline has learned the observation meanwhile, and would judge it otherwise now.
/// </summary>
internal readonly record struct LastJudgement(long Ticks, double Value, double Baseline, double Score, DecisionVerdict Verdict)
{
    /// <summary>No score: it was seen, and not judged.</summary>
    public static LastJudgement Unscored(in Observation observation, DecisionVerdict verdict) =>
        new(observation.EventTime.UtcTicks, observation.Value, double.NaN, double.NaN, verdict);

    public static LastJudgement Scored(
        in Observation observation,
        double baseline,
        double score,
        DecisionVerdict verdict) => new(observation.EventTime.UtcTicks, observation.Value, baseline, score, verdict);

    /// <summary>Null when nothing has been judged yet.</summary>
    public Decision? ToDecision(DetectorIdentity detector, int metric, double threshold, double warmup = 1) => Ticks == 0 ? null : new Decision
    {
        Detector = detector,
        Metric = metric,
        EventTime = new DateTimeOffset(Ticks, TimeSpan.Zero),
        Score = Score,
        Threshold = threshold,
        Verdict = Verdict,
        Warmup = Verdict == DecisionVerdict.Warming ? Math.Clamp(warmup, 0, 1) : 1,
        Contributions = double.IsNaN(Score) ? [] : [new MetricContribution(metric, Value, Baseline, Score)],
    };

    public void Save(StateWriter writer)
    {
        writer.Int64(Ticks);
        writer.Double(Value);
        writer.Double(Baseline);
        writer.Double(Score);
        writer.Byte((byte)Verdict);
    }

    public static LastJudgement Restore(StateReader reader) => new(
        reader.Instant().UtcTicks, reader.Double(), reader.Double(), reader.Double(), ReadVerdict(reader));

    public static DecisionVerdict ReadVerdict(StateReader reader) => reader.Byte() is byte verdict and <= (byte)DecisionVerdict.Suspended
        ? (DecisionVerdict)verdict
        : throw new StateFormatException("A stored verdict does not exist.");
}
