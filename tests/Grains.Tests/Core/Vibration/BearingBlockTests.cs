using System.Globalization;
using System.IO.Compression;
using Millwright.Core.Vibration;
using Millwright.Testing.Recordings;

namespace Millwright.Grains.Tests.Core.Vibration;

/// <summary>515 real snapshots of a bearing at 25.6 kHz give its feature file, digit by digit.</summary>
public sealed class BearingBlockTests
{
    [RecordingFact("femto_bearings")]
    public void Blocks_GiveThePrintedFeatures()
    {
        string folder = RecordedData.Of("femto_bearings");
        using var printed = new StreamReader(Path.Combine(folder, "features", "Bearing3_1.csv"));
        printed.ReadLine();
        int compared = 0;
        foreach ((double[] horizontal, double[] vertical) in Snapshots(Path.Combine(folder, "raw", "Bearing3_1_acc.csv.gz")))
        {
            string[] row = printed.ReadLine()!.Split(',');
            (BlockStatistics h, BlockStatistics v) = (BlockStatistics.Of(horizontal), BlockStatistics.Of(vertical));
            (double Value, int Digits)[] found =
            [
                (h.Rms, 5), (v.Rms, 5), (h.Peak, 4), (v.Peak, 4), (h.Kurtosis, 3), (v.Kurtosis, 3), (h.Crest, 3), (v.Crest, 3),
            ];
            Assert.All(row[3..].Zip(found), pair => Printed(pair.First, pair.Second.Value, pair.Second.Digits));
            compared++;
        }

        Assert.Equal(515, compared);
        Assert.Null(printed.ReadLine());
    }

    // Raw values have three decimals, so some features lie on the very middle between two printed ones: there either is right.
    private static void Printed(string expected, double found, int digits) =>
        Assert.True(
            Math.Abs(double.Parse(expected, CultureInfo.InvariantCulture) - found) <= (0.5 + 1e-9) * Math.Pow(10, -digits),
            $"{found:R} instead of {expected}");

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
}
