using Millwright.Bench.Detection.Prognosis;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Cli.Tests.Detection;

public sealed class PrognosisScoreTests(ITestOutputHelper output)
{
    [RecordingFact]
    public void Bearings_AlarmBeforeTheyFail_AndNotInTheFirstHalf()
    {
        BearingResult result = BearingScore.Run(Path.Combine(Repository.Data, "femto_bearings", "features"))!;

        foreach (BearingRow row in result.Rows)
        {
            output.WriteLine(FormattableString.Invariant(
                $"{row.Bearing}: {row.Snapshots}, first {row.FirstAlert}, left {row.Left:P1}, coverage {row.Coverage:0.00} of {row.Intervals}"));
        }

        Assert.Equal((6, 6, 0), (result.Rows.Count, result.Alarmed, result.InFirstHalf));
        Assert.InRange(result.InTime, 4, 6);
    }

    /// <summary>A minute or more of learning: where MILLWRIGHT_CMAPSS is set, as .ci/run does.</summary>
    [LongRecordingTheory("cmapss", "MILLWRIGHT_CMAPSS")]
    [InlineData(true)]
    [InlineData(false)]
    public void RemainingLife_IsWithinTheTarget_OnUnitsThatWereNotLearned(bool usesAge)
    {
        CmapssResult result = CmapssScore.Run(Path.Combine(Repository.Data, "cmapss"), usesAge)!;

        output.WriteLine(FormattableString.Invariant($"age {usesAge}, cross error {result.CrossError:0.00}, {result.ModelBytes} bytes"));
        foreach (CmapssSetScore set in result.Sets)
        {
            output.WriteLine(FormattableString.Invariant(
                $"{set.Set}: {set.Units} units, RMSE {set.Rmse:0.00}, NASA {set.Nasa:0}, coverage {set.Coverage:0.00}"));
        }

        Assert.InRange(result.Sets[0].Rmse, 0, usesAge ? 11.5 : 12.5);
        Assert.InRange(result.Sets[1].Rmse, 0, usesAge ? 12.0 : 12.5);
    }
}
