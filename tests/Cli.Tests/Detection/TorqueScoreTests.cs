using System.Globalization;
using Millwright.Bench.Detection.Torque;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Cli.Tests.Detection;

/// <summary>
/// The curve model never gets a label. Programmes have at most ten faults and some 25 normal records, so one doubtful label moves the area of
/// a programme by up to 0.3: all but one must reach 0.90, their mean 0.97, and each family of screws 0.93.
/// </summary>
public sealed class TorqueScoreTests(ITestOutputHelper log)
{
    private static readonly Lazy<TorqueReport?> Report =
        new(() => TorqueScore.Run(Path.Combine(Repository.Data, "torque_unfastening")));

    [RecordingFact]
    public void Online_WithoutLabels_TellsFaults() => AssertTells("online", Report.Value!.Online!);

    [RecordingFact]
    public void Shuffled_WithoutLabels_TellsFaults() => AssertTells("shuffled", Report.Value!.Shuffled!);

    [RecordingFact]
    public void CrossValidated_OnNormalsOnly_TellsFaults()
    {
        TorqueFigures found = Report.Value!.CrossValidated!;

        AssertTells("cross-validated", found);
        Assert.True(found.LeastFold >= 0.98, $"least fold {found.LeastFold}");
    }

    [Fact]
    public void Folder_WithoutRecords_HasNoReport()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("torque");

        Assert.Null(TorqueScore.Run(folder.FullName));

        folder.Delete();
    }

    private void AssertTells(string way, TorqueFigures found)
    {
        log.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{way}: AUC {found.Area:F4}, least fold {found.LeastFold:F4}, found {found.Found:F3}, false {found.FalseAlarms:F3}; " +
            $"{found.Programmes.Areas.Count} programmes: mean {found.Programmes.Mean:F3}, least {found.Programmes.Least:F3}, " +
            $"{found.Programmes.Below} below 0.9; {found.Families.Areas.Count} families: least {found.Families.Least:F3}"));
        Assert.True(found.Area >= 0.98, $"area {found.Area}");
        Assert.True(found.Found >= 0.97 && found.FalseAlarms <= 0.03, $"found {found.Found}, false {found.FalseAlarms}");
        Assert.True(found.Programmes.Mean >= 0.97 && found.Programmes.Below <= 1, $"{found.Programmes}");
        Assert.True(found.Families.Least >= 0.93, $"{found.Families}");
    }
}
