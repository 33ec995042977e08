using Millwright.Recordings;
using Millwright.Recordings.Sets;

namespace Millwright.Cli.Tests.Recordings;

public sealed class MalformedRowTests : IDisposable
{
    private readonly DirectoryInfo data = Directory.CreateTempSubdirectory("millwright-recordings-");

    public void Dispose() => data.Delete(recursive: true);

    [Fact]
    public void Records_WhenRowsAreMalformed_SkipsAndNamesThemByFileAndLine()
    {
        WriteEnergy(
            "2022-08-31 22:00:00+00:00,0,4.0,2.0,43.0,2.0,0.0,0,0",
            "2022-08-31 22:05:00+00:00,0,4.0,2.0,43.0,much,0.0,0,0",
            "yesterday,0,4.0,2.0,43.0,2.0,0.0,0,0",
            "2022-08-31 22:10:00+00:00,0,4.0",
            "2022-08-31 22:15:00+00:00,0,4.0,2.0,43.0,NaN,0.0,0,0",
            "2022-08-31 22:20:00+00:00,x,4.0,2.0,43.0,2.0,0.0,0,0",
            "2022-08-31 22:25:00+00:00,0,4.0,2.0,43.0,3.0,0.0,0,0");
        RecordingReader reader = Open(strict: false);

        Assert.Equal(2, reader.Records().Count());
        Assert.Equal(5, reader.SkippedRows);
        Assert.Equal([3L, 4, 5, 6, 7], reader.Faults.Select(f => f.Line));
        Assert.Equal("company_A_part1.csv:3: column 6: 'much' is not a number", reader.Faults[0].ToString());
    }

    [Fact]
    public void Records_WhenStrict_EndAtTheFirstMalformedRow()
    {
        WriteEnergy("2022-08-31 22:00:00+00:00,0,4.0,2.0");

        RecordingException fault = Assert.Throws<RecordingException>(() => Open(strict: true).Records().Count());

        Assert.Equal("malformed-row", fault.Code);
        Assert.StartsWith("company_A_part1.csv:2:", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"record\":{\"date\":\"2021-02-15 14:40:30\"}}")]
    [InlineData("{\"record\":{\"date\":7}}")]
    [InlineData("{\"record\":{\"date\":\"2021-02-15 14:40:30\",\"tightening steps\":[]}}")]
    public void Records_WhenALineOfTorqueIsMalformed_SkipsIt(string line)
    {
        string folder = Directory.CreateDirectory(Path.Combine(data.FullName, "torque_unfastening")).FullName;
        using (var file = new StreamWriter(new System.IO.Compression.GZipStream(
            File.Create(Path.Combine(folder, "dataset1_train.ndjson.gz")), System.IO.Compression.CompressionLevel.Fastest)))
        {
            file.WriteLine(line);
        }

        RecordingReader reader = RecordingReader.Open(RecordingSets.Find("torque_unfastening")!, data.FullName);

        Assert.Empty(reader.Records());
        Assert.Equal(1, Assert.Single(reader.Faults).Line);
    }

    [Fact]
    public void Open_WhenTheFolderIsAbsent_SaysSo()
        => Assert.Equal("absent", Assert.Throws<RecordingException>(() => RecordingReader.Open(RecordingSets.All[0], data.FullName)).Code);

    private void WriteEnergy(params string[] rows)
    {
        string folder = Directory.CreateDirectory(Path.Combine(data.FullName, "energy_sme")).FullName;
        File.WriteAllLines(Path.Combine(folder, "company_A_part1.csv"),
            ["ts,asset,items,status,status_time,power_avg,cycle_time,alarm,product", .. rows]);
    }

    private RecordingReader Open(bool strict)
        => RecordingReader.Open(RecordingSets.Find("energy_sme")!, data.FullName, new RecordingOptions { Strict = strict });
}
