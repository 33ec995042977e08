using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection.Skab;

/// <summary>
/// Most experiments have their anomaly at about the same place, so a detector could score by waiting. With a random number of rows cut out
/// after the warm-up F1 must stay what it was.
/// </summary>
/// <param name="LargestChange">Of F1 over the draws, against the uncut experiments.</param>
internal sealed record ShiftTest(double LargestChange, IReadOnlyList<double> F1)
{
    public const int MaxRows = 150;
    private const int Draws = 3;
    private const int Seed = 20_261;

    public static ShiftTest Of(IReadOnlyList<SkabExperiment> experiments, double uncut)
    {
        List<double> scores = [];
        for (int draw = 0; draw < Draws; draw++)
        {
            var random = new Random(Seed + draw);
            scores.Add(PointScore.Of(experiments
                .Select(e => e.Without(random.Next(MaxRows + 1)))
                .Select(e => (e, UnconfiguredTwin.Observe(e.Recording).IsAlerted))).F1);
        }

        return new ShiftTest(scores.Max(f1 => Math.Abs(f1 - uncut)), scores);
    }
}
