using Millwright.Core.Quality.Curves;
using Xunit.Abstractions;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

/// <summary>
/// One-class judgement of 966 real curves: the model never gets a label, the label only counts afterwards. Two ways: trained on the normal
/// records of four folds and judged on the fifth and on all faults (folds by the hash of the record's name); and online over everything,
/// good and bad mixed, each record judged before it may teach.
/// </summary>
public sealed class TorqueCurveTests(ITestOutputHelper log)
{
    private const int Folds = 5;

    [Fact]
    public void TrainedOnNormals_TellsFaults()
    {
        if (Records() is not { } records)
        {
            return;
        }

        double least = 1;
        var scores = new List<(TorqueRecord Record, double Score)>();
        for (int fold = 0; fold < Folds; fold++)
        {
            var model = new CurveModel(new CurveModelOptions());
            foreach (TorqueRecord record in records.Where(r => !r.IsFault && FoldOf(r) != fold))
            {
                model.Observe(record.Programme, record.Features);
            }

            List<(TorqueRecord Record, double Score)> judged =
                [.. records.Where(r => r.IsFault || FoldOf(r) == fold).Select(r => (r, model.Judge(r.Programme, r.Features)!.Score))];
            least = Math.Min(least, RocArea(judged));
            scores.AddRange(judged.Where(j => FoldOf(j.Record) == fold));
        }

        log.WriteLine($"least AUC of a fold {least:0.0000}");
        Assert.True(least >= 0.98, $"AUC {least}");
        AssertProgrammes(scores);
    }

    [Theory]
    [InlineData("date")]
    [InlineData("hash")]
    public void OnlineWithoutLabels_TellsFaults(string order)
    {
        if (Records() is not { } records)
        {
            return;
        }

        var model = new CurveModel(new CurveModelOptions());
        var scores = new List<(TorqueRecord Record, double Score)>();
        foreach (TorqueRecord record in order == "date" ? records : [.. records.OrderBy(r => r.Hash)])
        {
            if (model.Observe(record.Programme, record.Features) is { } judgement)
            {
                scores.Add((record, judgement.Score));
            }
        }

        double found = Share(scores.Where(s => s.Record.IsFault));
        double crying = Share(scores.Where(s => !s.Record.IsFault));
        double area = RocArea(scores);
        log.WriteLine($"{order}: AUC {area:0.0000}, faults found {found:0.000}, normals that alarm {crying:0.000}");
        Assert.True(area >= 0.98, $"AUC {area}");
        Assert.True(found >= 0.97 && crying <= 0.03, $"found {found}, alarms {crying}");
        AssertProgrammes(scores);
    }

    // Programmes as the set names them: with at most four faults and a dozen normals each, one doubtful label moves a programme by 0.3, so
    // the mean of all is asked, and each family of screws (head and size).
    private void AssertProgrammes(List<(TorqueRecord Record, double Score)> scores)
    {
        double[] each = [.. Areas(scores, r => r.Programme)];
        double[] families = [.. Areas(scores, r => r.Programme[7..])];
        log.WriteLine($"{each.Length} programmes: mean {each.Average():0.000}, least {each.Min():0.000}, "
            + $"{each.Count(a => a < 0.9)} below 0.9; {families.Length} families: least {families.Min():0.000}");
        Assert.True(each.Average() >= 0.97, $"mean {each.Average()}");
        Assert.True(families.Min() >= 0.90, $"least {families.Min()}");
    }

    private static IEnumerable<double> Areas(List<(TorqueRecord Record, double Score)> scores, Func<TorqueRecord, string> key) => scores
        .GroupBy(s => key(s.Record)).Where(g => g.Any(s => s.Record.IsFault) && g.Any(s => !s.Record.IsFault)).Select(RocArea);

    private static int FoldOf(TorqueRecord record) => (int)(record.Hash % Folds);

    private static double Share(IEnumerable<(TorqueRecord Record, double Score)> scores) =>
        scores.Average(s => s.Score >= new CurveModelOptions().Threshold ? 1.0 : 0.0);

    private static double RocArea(IEnumerable<(TorqueRecord Record, double Score)> scores)
    {
        double[] faults = [.. scores.Where(s => s.Record.IsFault).Select(s => s.Score)];
        double[] normals = [.. scores.Where(s => !s.Record.IsFault).Select(s => s.Score)];
        return faults.Average(f => normals.Average(n => f > n ? 1.0 : f == n ? 0.5 : 0.0));
    }

    private IReadOnlyList<TorqueRecord>? Records()
    {
        IReadOnlyList<TorqueRecord>? records = TorqueRecord.ReadAll();
        if (records is null)
        {
            log.WriteLine("shared/data/torque_unfastening is absent: nothing was checked.");
        }

        return records;
    }
}
