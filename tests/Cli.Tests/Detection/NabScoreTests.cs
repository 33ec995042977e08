using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Twins;

namespace Millwright.Cli.Tests.Detection;

/// <summary>Expected figures are worked out by hand from the protocol: probation 15 rows, one window of ten rows.</summary>
public sealed class NabScoreTests
{
    private const int Rows = 100;
    private const int First = 50;
    private const int Last = 59;

    [Fact]
    public void Silence_ScoresZero() => Assert.Equal(0, NabScore.Best(Judged(), NabProfile.Standard).Score, 9);

    [Fact]
    public void DetectionAtTheFirstRowOfTheWindow_ScoresAHundred() =>
        Assert.Equal(100, NabScore.Best(Judged(First), NabProfile.Standard).Score, 9);

    [Fact]
    public void OnlyTheEarliestInAWindowCounts() =>
        Assert.Equal(
            NabScore.At(Judged(First + 4), NabProfile.Standard, 1),
            NabScore.At(Judged(First + 4, First + 6, Last), NabProfile.Standard, 1),
            9);

    [Theory]
    [InlineData(20, 1)]
    [InlineData(49, 1)]
    public void DetectionBeforeEveryWindow_CostsInFull(int row, double share) =>
        Assert.Equal(-100 * 0.11 * share / 2, NabScore.At(Judged(row), NabProfile.Standard, 1), 9);

    [Fact]
    public void DetectionJustAfterAWindow_CostsLittle_AndFarFromItInFull()
    {
        // A ninth of a window's length behind it: 2 / (1 + e^(5/9)) - 1.
        double near = (2 / (1 + Math.Exp(5.0 / 9))) - 1;

        Assert.Equal(100 * 0.11 * near / 2, NabScore.At(Judged(Last + 1), NabProfile.Standard, 1), 9);
        Assert.Equal(-100 * 0.11 / 2, NabScore.At(Judged(Last + 40), NabProfile.Standard, 1), 9);
    }

    [Fact]
    public void Probation_IsNotJudged() => Assert.Equal(0, NabScore.At(Judged(14), NabProfile.Standard, 1), 9);

    [Fact]
    public void Profiles_WeighFalseAndMissedOnes()
    {
        // Found at its begin and one false row far from it.
        Assert.Equal(100 * (2 - 0.11) / 2, NabScore.At(Judged(First, 20), NabProfile.Standard, 1), 9);
        Assert.Equal(100 * (2 - 0.22) / 2, NabScore.At(Judged(First, 20), NabProfile.LowFp, 1), 9);
        Assert.Equal(100 * (3 - 0.11) / 3, NabScore.At(Judged(First, 20), NabProfile.LowFn, 1), 9);
    }

    [Fact]
    public void Best_TakesTheThresholdThatLeavesTheFalseOnesOut()
    {
        NabSeries series = Series();
        double[] scores = new double[Rows];
        scores[First] = 3;
        scores[20] = 2;

        Assert.Equal((100.0, 3.0), NabScore.Best([(series, scores)], NabProfile.Standard));
    }

    private static List<(NabSeries, double[])> Judged(params int[] detections)
    {
        double[] scores = new double[Rows];
        foreach (int row in detections)
        {
            scores[row] = 1;
        }

        return [(Series(), scores)];
    }

    private static NabSeries Series() => new(
        new Recording(
            "made", ["value"], [.. Enumerable.Range(0, Rows).Select(i => DateTimeOffset.UnixEpoch.AddMinutes(5 * i))], new double[Rows][]),
        [(First, Last)]);
}
