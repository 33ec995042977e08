using System.Globalization;
using Millwright.Core.History;
using Millwright.Telemetry;
using Xunit.Abstractions;

namespace Millwright.Grains.Tests.Core.History;

/// <summary>The codec on a real recording (SKAB, a water circulation test bed), when it lies beside the repository.</summary>
public sealed class HistoryRecordingTests(ITestOutputHelper log)
{
    private const string Recording = "shared/data/skab/valve1/0.csv";

    [Fact]
    public void Recording_ComesBackExactly_AtAQuarterOfItsSize()
    {
        string? path = Find();
        if (path is null)
        {
            log.WriteLine($"{Recording} is absent: nothing was checked.");
            return;
        }

        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(l => l.Split(';'))];
        int bytes = 0;
        int count = 0;
        for (int column = 1; column <= 8; column++)
        {
            foreach (string[][] part in rows.Chunk(256))
            {
                RawSample[] samples = [.. part.Select(r => new RawSample(Time(r[0]), double.Parse(r[column], CultureInfo.InvariantCulture), SampleQuality.Good))];
                byte[] block = HistoryCodec.Encode(samples);
                Assert.Equal(samples, HistoryCodec.Decode(block));
                bytes += block.Length;
                count += samples.Length;
            }
        }

        log.WriteLine($"{count} samples, {(double)bytes / count:0.00} bytes each.");
        Assert.InRange((double)bytes / count, 0, 4.0);
    }

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, Recording);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
