namespace Millwright.Bench.Detection.Skab;

/// <summary>
/// SKAB's change points under NAB's reward: every edge of the alert is a prediction. A true change has a window of a minute from its
/// instant on; one that reaches into the next is where the next begins. The first prediction in a window scores by how early it is, each
/// prediction outside of all windows is false.
/// </summary>
internal sealed record ChangePointScore(double Standard, double LowFp, double LowFn, int Missed, int False)
{
    private const double WindowSeconds = 60;

    /// <summary>Steps of the reward's curve over a window.</summary>
    private const int Steps = 1000;

    public static ChangePointScore Of(IEnumerable<(SkabExperiment Experiment, bool[] Edges)> judged)
    {
        List<double> hits = [];
        int missed = 0;
        int falseOnes = 0;
        foreach ((SkabExperiment experiment, bool[] edges) in judged)
        {
            double[] times =
                [.. experiment.Recording.Times.Skip(SkabExperiment.WarmupRows).Select(t => t.ToUnixTimeMilliseconds() / 1000.0)];
            double[] predicted = [.. times.Where((_, row) => edges[row])];
            List<(double Start, double End)> windows = Windows(experiment, times);
            foreach ((double start, double end) in windows)
            {
                double[] inside = [.. predicted.Where(t => t >= start && t <= end)];
                if (inside.Length == 0)
                {
                    missed++;
                }
                else
                {
                    hits.Add(end > start ? Math.Min(Steps - 1, (int)((inside[0] - start) / (end - start) * Steps)) : Steps - 1);
                }
            }

            falseOnes += predicted.Count(t => !windows.Exists(w => t >= w.Start && t <= w.End));
        }

        return new ChangePointScore(
            Reward(hits, missed, falseOnes, 0.11, 1),
            Reward(hits, missed, falseOnes, 0.22, 1),
            Reward(hits, missed, falseOnes, 0.11, 2),
            missed,
            falseOnes);
    }

    private static List<(double Start, double End)> Windows(SkabExperiment experiment, double[] times)
    {
        List<(double Start, double End)> windows = [];
        for (int row = 0; row < times.Length; row++)
        {
            if (experiment.IsChangePoint[row + SkabExperiment.WarmupRows])
            {
                double begin = windows.Count > 0 ? Math.Max(times[row], windows[^1].End) : times[row];
                windows.Add((begin, times[row] + WindowSeconds));
            }
        }

        return windows;
    }

    private static double Reward(List<double> hits, int missed, int falseOnes, double costOfFalse, double costOfMissed)
    {
        int windows = hits.Count + missed;
        double score = -(costOfFalse * falseOnes) - (costOfMissed * missed);
        foreach (double step in hits)
        {
            double turn = (-Math.PI / 2) + (Math.PI * step / (Steps - 1));
            score += ((1 + costOfFalse) / 2 * -Math.Tanh(turn) / Math.Tanh(Math.PI / 2)) + ((1 + costOfFalse) / 2) - costOfFalse;
        }

        double nothing = -costOfMissed * windows;
        return windows == 0 ? 0 : 100 * (score - nothing) / (windows - nothing);
    }
}
