using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection.Skab;

/// <summary>Rates are in percent.</summary>
internal sealed record SkabReport(double F1, double Far, double Mar, ChangePointScore Changepoints, double FaultFreeFar, ShiftTest Shift)
{
    public static SkabReport? Run(string folder)
    {
        IReadOnlyList<SkabExperiment> experiments = SkabExperiment.Labelled(folder);
        if (experiments.Count == 0)
        {
            return null;
        }

        List<(SkabExperiment Experiment, Verdicts Verdicts)> judged =
            [.. experiments.Select(e => (e, UnconfiguredTwin.Observe(e.Recording)))];
        var points = PointScore.Of(judged.Select(pair => (pair.Experiment, pair.Verdicts.IsAlerted)));
        var faultFree = PointScore.Of(SkabExperiment.FaultFree(folder).Select(e => (e, UnconfiguredTwin.Observe(e.Recording).IsAlerted)));
        return new SkabReport(
            points.F1,
            points.Far,
            points.Mar,
            ChangePointScore.Of(judged.Select(pair => (pair.Experiment, pair.Verdicts.Edges(SkabExperiment.WarmupRows)))),
            faultFree.Far,
            ShiftTest.Of(experiments, points.F1));
    }
}
