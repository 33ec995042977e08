namespace Millwright.Bench.Detection.Nab;

/// <summary>
/// NAB v1.1: one threshold for all series of a corpus. In a window the most rewarding row at or above it counts, which is the earliest;
/// each one outside costs, little just after a window and in full far from one. 0 is the score of silence, 100 that of an oracle.
/// </summary>
internal static class NabScore
{
    private static readonly double AtBegin = Sigmoid(-1);

    /// <summary>The best score over all thresholds, and that threshold.</summary>
    public static (double Score, double Threshold) Best(IReadOnlyList<(NabSeries Series, double[] Scores)> judged, NabProfile profile) =>
        Sweep(judged, profile, double.NegativeInfinity);

    public static double At(IReadOnlyList<(NabSeries Series, double[] Scores)> judged, NabProfile profile, double threshold) =>
        Sweep(judged, profile, threshold).Score;

    private static (double Score, double Threshold) Sweep(
        IReadOnlyList<(NabSeries Series, double[] Scores)> judged, NabProfile profile, double threshold)
    {
        List<Row> rows = [.. judged.SelectMany((pair, file) => Rows(pair.Series, pair.Scores, file))];
        Dictionary<(int, int), double> found = rows.Where(r => r.Window >= 0).Select(r => (r.File, r.Window)).Distinct()
            .ToDictionary(w => w, _ => -profile.CostOfMissed);
        double nothing = -profile.CostOfMissed * found.Count;
        double total = nothing;
        bool isSweep = double.IsNegativeInfinity(threshold);
        (double Total, double Threshold) best = (nothing, double.PositiveInfinity);
        IEnumerable<IGrouping<double, Row>> levels = rows.GroupBy(r => r.Score).OrderByDescending(g => g.Key);
        foreach (IGrouping<double, Row> level in levels.TakeWhile(g => g.Key >= threshold))
        {
            foreach (Row row in level)
            {
                total += row.Window < 0 ? row.Reward * profile.CostOfFalse : Improve(found, row);
            }

            if (total > best.Total && isSweep)
            {
                best = (total, level.Key);
            }
        }

        best = isSweep ? best : (total, threshold);
        int windows = judged.Sum(pair => pair.Series.Windows.Count);
        return (windows == 0 ? 0 : 100 * (best.Total - nothing) / (windows - nothing), best.Threshold);
    }

    private static double Improve(Dictionary<(int, int), double> found, in Row row)
    {
        double before = found[(row.File, row.Window)];
        if (row.Reward <= before)
        {
            return 0;
        }

        found[(row.File, row.Window)] = row.Reward;
        return row.Reward - before;
    }

    private static IEnumerable<Row> Rows(NabSeries series, double[] scores, int file)
    {
        int window = 0;
        for (int row = 0; row < scores.Length; row++)
        {
            while (window < series.Windows.Count && row > series.Windows[window].Last)
            {
                window++;
            }

            if (row < series.ProbationRows)
            {
                continue;
            }

            if (window < series.Windows.Count && row >= series.Windows[window].First)
            {
                (int first, int last) = series.Windows[window];
                yield return new Row(scores[row], file, window, Sigmoid(-(last - row + 1.0) / (last - first + 1)) / AtBegin);
            }
            else
            {
                yield return new Row(scores[row], file, -1, window == 0 ? -1 : After(series.Windows[window - 1], row));
            }
        }
    }

    private static double After((int First, int Last) window, int row) =>
        Sigmoid((row - window.Last) / (double)(window.Last - window.First));

    private static double Sigmoid(double position) => position > 3 ? -1 : (2 / (1 + Math.Exp(5 * position))) - 1;

    /// <param name="Window">-1 outside of all.</param>
    private readonly record struct Row(double Score, int File, int Window, double Reward);
}
