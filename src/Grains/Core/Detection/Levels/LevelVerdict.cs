using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>What was made of the last cell.</summary>
/// <param name="Score">NaN when the state has changed and no cell was judged since.</param>
/// <param name="EventTicks">End of the cell; 0 before the first.</param>
/// <param name="Metrics">How many metrics spoke in it.</param>
internal readonly record struct LevelVerdict(double Score, long EventTicks, int Metrics)
{
    /// <summary>The 8-norm: near to the maximum, and smooth.</summary>
    public static double Norm(ReadOnlySpan<double> deviances)
    {
        double sum = 0;
        foreach (double deviance in deviances)
        {
            sum += Power(deviance);
        }

        return Root(sum);
    }

    /// <summary>
    /// What one metric's deviance must stay below for the score to be below a threshold, the others as they are; 0 when there is no such
    /// value.
    /// </summary>
    public static double Room(ReadOnlySpan<double> deviances, int position, double threshold)
    {
        double sum = 0;
        for (int other = 0; other < deviances.Length; other++)
        {
            sum += other == position ? 0 : Power(deviances[other]);
        }

        // A thousandth inside: on the limit itself rounding would decide.
        return Root(Math.Max(0, Power(threshold) - sum)) * 0.999;
    }

    public ImmutableArray<MetricContribution> Contributions(WatchedMetrics watched, LevelTrack[] tracks, double[] deviances)
    {
        double sum = 0;
        foreach (double deviance in deviances)
        {
            sum += Power(deviance);
        }

        MetricContribution[] contributions = new MetricContribution[tracks.Length];
        for (int position = 0; position < tracks.Length; position++)
        {
            double share = sum > 0 ? Score * (Power(deviances[position]) / sum) : 0;
            contributions[position] = new MetricContribution(watched[position], tracks[position].Observed, tracks[position].Level, share);
        }

        return [.. contributions.OrderByDescending(contribution => contribution.Share)];
    }

    public static Anomaly Ended(DetectorIdentity detector, double threshold, DateTimeOffset eventTime) => new()
    {
        Detector = detector,
        Metric = -1,
        IsRaised = false,
        EventTime = eventTime,
        Score = 0,
        Threshold = threshold,
        WindowStart = eventTime,
        WindowEnd = eventTime,
        Completeness = 1,
        Contributions = [],
    };

    public void Save(StateWriter writer)
    {
        writer.Double(Score);
        writer.Int64(EventTicks);
        writer.Int32(Metrics);
    }

    public static LevelVerdict Restore(StateReader reader)
    {
        LevelVerdict verdict = new(reader.Double(), reader.Int64(), reader.Int32());
        return verdict.EventTicks >= 0 && verdict.EventTicks <= DateTimeOffset.MaxValue.Ticks
            ? verdict
            : throw new StateFormatException("A stored verdict is at no time.");
    }

    private static double Power(double deviance)
    {
        double squared = deviance * deviance;
        double fourth = squared * squared;
        return fourth * fourth;
    }

    private static double Root(double power) => Math.Sqrt(Math.Sqrt(Math.Sqrt(power)));
}
