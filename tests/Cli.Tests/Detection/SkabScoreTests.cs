using Millwright.Bench.Detection.Skab;
using Millwright.Bench.Detection.Twins;

namespace Millwright.Cli.Tests.Detection;

/// <summary>An experiment of 600 rows at 1 Hz, 200 of them judged: anomalous from 500 to 569, a change point at each end.</summary>
public sealed class SkabScoreTests
{
    private const int Rows = 600;
    private const int First = 500;
    private const int After = 570;

    [Fact]
    public void Points_AreCountedOneByOne_AfterTheWarmup()
    {
        // 40 of 70 found; 10 false of 130; the alert in the warm-up does not count.
        PointScore score = PointScore.Of([(Experiment(), Alerts((100, 200), (490, 540)))]);

        Assert.Equal(new PointScore(40, 10, 30, 120), score);
        Assert.Equal(40 / 60.0, score.F1, 9);
        Assert.Equal(1000.0 / 130, score.Far, 9);
        Assert.Equal(3000.0 / 70, score.Mar, 9);
    }

    [Fact]
    public void ChangePoints_ScoreAHundred_WhenBothEdgesAreFoundAtOnce()
    {
        ChangePointScore score = Changes((First, After));

        Assert.Equal((100.0, 0, 0), (Math.Round(score.Standard, 6), score.Missed, score.False));
    }

    [Fact]
    public void ChangePoints_CostWhatIsMissed_AndWhatIsFalse()
    {
        ChangePointScore nothing = Changes();
        ChangePointScore late = Changes((First, 599));
        ChangePointScore early = Changes((450, 452));

        Assert.Equal((0.0, 2, 0), (nothing.Standard, nothing.Missed, nothing.False));
        // The second edge is 29 s into its window of 60: step 483 of 999, where the curve is near its middle.
        double turn = (-Math.PI / 2) + (Math.PI * 483 / 999);
        double second = (0.555 * -Math.Tanh(turn) / Math.Tanh(Math.PI / 2)) + 0.555 - 0.11;
        Assert.Equal(100 * (1 + second + 2) / 4, late.Standard, 6);
        Assert.Equal((-100 * 0.22 / 4, 2, 2), (Math.Round(early.Standard, 6), early.Missed, early.False));
        Assert.Equal(-100 * 0.44 / 4, early.LowFp, 6);
        Assert.Equal(-100 * 0.22 / 6, early.LowFn, 6);
    }

    [Fact]
    public void Without_LeavesWarmupAndLabelsInPlace()
    {
        SkabExperiment cut = Experiment().Without(30);

        Assert.Equal(Rows - 30, cut.Recording.Rows);
        Assert.Equal(First - 30, Array.IndexOf(cut.IsAnomalous, true));
        Assert.Equal(First - 30, Array.IndexOf(cut.IsChangePoint, true));
    }

    private static ChangePointScore Changes(params (int From, int To)[] alerts)
    {
        var verdicts = new Verdicts(new double[Rows], Alerts(alerts), []);
        return ChangePointScore.Of([(Experiment(), verdicts.Edges(SkabExperiment.WarmupRows))]);
    }

    private static bool[] Alerts(params (int From, int To)[] spans) =>
        [.. Enumerable.Range(0, Rows).Select(row => spans.Any(s => row >= s.From && row < s.To))];

    private static SkabExperiment Experiment() => new(
        new Recording("made", ["a"], [.. Enumerable.Range(0, Rows).Select(i => DateTimeOffset.UnixEpoch.AddSeconds(i))], new double[Rows][]),
        [.. Enumerable.Range(0, Rows).Select(row => row is >= First and < After)],
        [.. Enumerable.Range(0, Rows).Select(row => row is First or After)]);
}
