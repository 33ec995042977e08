using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What a detector of several metrics made of the last cell, written in place: nothing is allocated until somebody asks.</summary>
internal sealed class JointJudgement(int metrics)
{
    private readonly double[] observed = new double[metrics];
    private readonly double[] baseline = new double[metrics];
    private readonly double[] shares = new double[metrics];
    private long ticks;
    private double score = double.NaN;
    private DecisionVerdict verdict;

    /// <summary>The cell is learned only, unless <see cref="Score"/> follows.</summary>
    public void Warm(DateTimeOffset eventTime) => Leave(eventTime, DecisionVerdict.Warming);

    /// <summary>The cell could not be judged. Only a change of operating state is a reason that lasts; else the last word stands.</summary>
    public void Skip(DateTimeOffset eventTime, bool isMixed)
    {
        if (isMixed)
        {
            Leave(eventTime, DecisionVerdict.Suspended);
        }
    }

    public void Set(int position, double value, double expected, double share)
    {
        observed[position] = value;
        baseline[position] = expected;
        shares[position] = share;
    }

    public void Score(double value, DecisionVerdict level)
    {
        score = value;
        verdict = level;
    }

    public Decision? ToDecision(DetectorIdentity detector, WatchedMetrics watched, double threshold, double warmup) => ticks == 0 ? null : new Decision
    {
        Detector = detector,
        Metric = -1,
        EventTime = new DateTimeOffset(ticks, TimeSpan.Zero),
        Score = score,
        Threshold = threshold,
        Verdict = verdict,
        Warmup = verdict == DecisionVerdict.Warming ? Math.Clamp(warmup, 0, 1) : 1,
        Contributions = double.IsNaN(score) ? [] : Contributions(watched),
    };

    /// <summary>Largest first.</summary>
    public ImmutableArray<MetricContribution> Contributions(WatchedMetrics watched) =>
    [
        .. Enumerable.Range(0, metrics)
            .Select(i => new MetricContribution(watched[i], observed[i], baseline[i], shares[i]))
            .OrderByDescending(entry => entry.Share),
    ];

    public void Save(StateWriter writer)
    {
        writer.Int64(ticks);
        writer.Double(score);
        writer.Byte((byte)verdict);
        writer.Doubles(observed);
        writer.Doubles(baseline);
        writer.Doubles(shares);
    }

    public static JointJudgement Restore(StateReader reader, int metrics)
    {
        JointJudgement judged = new(metrics)
        {
            ticks = reader.Instant().UtcTicks,
            score = reader.Double(),
            verdict = LastJudgement.ReadVerdict(reader),
        };
        Read(reader, judged.observed);
        Read(reader, judged.baseline);
        Read(reader, judged.shares);
        return judged;
    }

    private void Leave(DateTimeOffset eventTime, DecisionVerdict level)
    {
        ticks = eventTime.UtcTicks;
        score = double.NaN;
        verdict = level;
    }

    private static void Read(StateReader reader, double[] target)
    {
        double[] stored = reader.Doubles();
        if (stored.Length != target.Length)
        {
            throw new StateFormatException("A stored judgement does not fit the metrics of its detector.");
        }

        stored.CopyTo(target, 0);
    }
}
