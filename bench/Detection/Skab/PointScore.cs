namespace Millwright.Bench.Detection.Skab;

/// <summary>
/// Point by point, pooled over experiments, without point adjustment: the protocol under which SKAB publishes its table of outliers.
/// </summary>
internal readonly record struct PointScore(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    public double F1 => TruePositives == 0 ? 0 : TruePositives / (TruePositives + ((FalseNegatives + FalsePositives) / 2.0));

    /// <summary>False alarm rate in percent of the normal points.</summary>
    public double Far => Percent(FalsePositives, TrueNegatives);

    /// <summary>Missed alarm rate in percent of the anomalous points.</summary>
    public double Mar => Percent(FalseNegatives, TruePositives);

    public static PointScore Of(IEnumerable<(SkabExperiment Experiment, bool[] IsAlerted)> judged)
    {
        PointScore sum = default;
        foreach ((SkabExperiment experiment, bool[] isAlerted) in judged)
        {
            for (int row = SkabExperiment.WarmupRows; row < isAlerted.Length; row++)
            {
                sum = (experiment.IsAnomalous[row], isAlerted[row]) switch
                {
                    (true, true) => sum with { TruePositives = sum.TruePositives + 1 },
                    (true, false) => sum with { FalseNegatives = sum.FalseNegatives + 1 },
                    (false, true) => sum with { FalsePositives = sum.FalsePositives + 1 },
                    (false, false) => sum with { TrueNegatives = sum.TrueNegatives + 1 },
                };
            }
        }

        return sum;
    }

    private static double Percent(long part, long rest) => part + rest == 0 ? 0 : 100.0 * part / (part + rest);
}
