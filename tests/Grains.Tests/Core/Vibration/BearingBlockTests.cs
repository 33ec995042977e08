using System.Globalization;
using System.IO.Compression;
using Millwright.Core.Vibration;
using Xunit.Abstractions;

namespace Millwright.Grains.Tests.Core.Vibration;

/// <summary>515 real snapshots of a bearing at 25.6 kHz give its feature file, digit by digit.</summary>
public sealed class BearingBlockTests(ITestOutputHelper log)
{
    private const string Folder = "shared/data/femto_bearings";

    [Fact]
    public void Blocks_GiveThePrintedFeatures()
    {
        string? folder = Data(Folder);
        if (folder is null)
        {
            log.WriteLine($"{Folder} is absent: nothing was checked.");
            return;
        }

        using var printed = new StreamReader(Path.Combine(folder, "features", "Bearing3_1.csv"));
        printed.ReadLine();
        int compared = 0;
        foreach ((double[] horizontal, double[] vertical) in Snapshots(Path.Combine(folder, "raw", "Bearing3_1_acc.csv.gz")))
        {
            string[] row = printed.ReadLine()!.Split(',');
            (BlockStatistics h, BlockStatistics v) = (BlockStatistics.Of(horizontal), BlockStatistics.Of(vertical));
            string[] found =
            [
                Text(h.Rms, 5), Text(v.Rms, 5), Text(h.Peak, 4), Text(v.Peak, 4), Text(h.Kurtosis, 3), Text(v.Kurtosis, 3), Text(h.Crest, 3),
                Text(v.Crest, 3),
            ];
            Assert.Equal(row[3..], found);
            compared++;
        }

        Assert.Equal(515, compared);
        Assert.Null(printed.ReadLine());
    }

    private static string Text(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    private static IEnumerable<(double[] Horizontal, double[] Vertical)> Snapshots(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var (h, v) = (new List<double>(2560), new List<double>(2560));
        string? last = null;
        while (reader.ReadLine() is { } line)
        {
            string[] cells = line.Split(',');
            if (last is not null && cells[0] != last)
            {
                yield return ([.. h], [.. v]);
                h.Clear();
                v.Clear();
            }

            last = cells[0];
            h.Add(double.Parse(cells[1], CultureInfo.InvariantCulture));
            v.Add(double.Parse(cells[2], CultureInfo.InvariantCulture));
        }

        yield return ([.. h], [.. v]);
    }

    private static string? Data(string relative)
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Directory.Exists(Path.Combine(at, relative)))
            {
                return Path.Combine(at, relative);
            }
        }

        return null;
    }
}
