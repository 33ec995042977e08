using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection.Nab;

/// <summary>
/// The three profiles at the threshold that serves each best, as NAB publishes them; and at the one at which the twin alerts.
/// </summary>
/// <param name="Thresholds">Of the score over the detector's own threshold, by profile.</param>
internal sealed record NabReport(
    double Standard,
    double LowFp,
    double LowFn,
    IReadOnlyDictionary<string, double> Thresholds,
    IReadOnlyDictionary<string, double> AsAlerted)
{
    private static readonly NabProfile[] Profiles = [NabProfile.Standard, NabProfile.LowFp, NabProfile.LowFn];

    public static NabReport Run(string folder)
    {
        List<(NabSeries, Verdicts)> judged = [.. NabSeries.Load(folder).Select(s => (s, UnconfiguredTwin.Observe(s.Recording)))];
        List<(NabSeries, double[])> scores = [.. judged.Select(pair => (pair.Item1, pair.Item2.Scores))];
        List<(NabSeries, double[])> alerts = [.. judged.Select(pair => (pair.Item1, Begins(pair.Item2)))];
        var best = Profiles.ToDictionary(p => p.Name, p => NabScore.Best(scores, p));
        return new NabReport(
            best[NabProfile.Standard.Name].Score,
            best[NabProfile.LowFp.Name].Score,
            best[NabProfile.LowFn.Name].Score,
            best.ToDictionary(b => b.Key, b => b.Value.Threshold),
            Profiles.ToDictionary(p => p.Name, p => NabScore.At(alerts, p, 1)));
    }

    private static double[] Begins(Verdicts verdicts)
    {
        double[] rows = new double[verdicts.Scores.Length];
        foreach ((_, _, int row) in verdicts.Raised)
        {
            rows[row] = 1;
        }

        return rows;
    }
}
