using Millwright.Bench.Detection.Prognosis;
using Xunit.Abstractions;

namespace Millwright.Core.Prognosis;

/// <summary>Minutes of learning: only on demand, see <c>MILLWRIGHT_CMAPSS</c>.</summary>
public sealed class CmapssScoreTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RemainingLife_IsWithinTheTarget_OnTestUnits(bool usesAge)
    {
        if (PrognosisRecordings.Folder("cmapss") is not { } folder || Environment.GetEnvironmentVariable("MILLWRIGHT_CMAPSS") is null)
        {
            output.WriteLine("Skipped: needs ../shared/data/cmapss and MILLWRIGHT_CMAPSS=1.");
            return;
        }

        CmapssResult result = CmapssScore.Run(folder, usesAge)!;

        output.WriteLine(FormattableString.Invariant($"age {usesAge}, cross error {result.CrossError:0.00}, {result.ModelBytes} bytes"));
        foreach (CmapssSetScore set in result.Sets)
        {
            output.WriteLine(FormattableString.Invariant(
                $"{set.Set}: {set.Units} units, RMSE {set.Rmse:0.00}, NASA {set.Nasa:0}, coverage {set.Coverage:0.00}"));
        }

        Assert.InRange(result.Sets[0].Rmse, 0, 11.5);
        Assert.InRange(result.Sets[1].Rmse, 0, 12.0);
    }
}
