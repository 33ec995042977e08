using System.Globalization;
using System.IO.Compression;
using Millwright.Core.Prognosis;

namespace Millwright.Bench.Detection.Prognosis;

/// <summary>One test set of C-MAPSS: errors of the remaining life at the end of each test unit, in cycles.</summary>
/// <param name="Rmse">Root mean square error, prediction and truth capped at 125.</param>
/// <param name="Nasa">The asymmetric score of Saxena et al. (2008), of the same capped figures: late predictions cost more.</param>
/// <param name="Coverage">Share of the truths within the 10–90 % interval.</param>
internal sealed record CmapssSetScore(string Set, int Units, double Rmse, double Nasa, double Coverage);

/// <param name="CrossError">Error on training units the answering part had not seen, over all rows.</param>
internal sealed record CmapssResult(bool UsesAge, double CrossError, int ModelBytes, IReadOnlyList<CmapssSetScore> Sets);

/// <summary>
/// C-MAPSS: one model learned from the four training sets, with one setting, judged once on each test set. Nothing was chosen on the test
/// files.
/// </summary>
internal static class CmapssScore
{
    public const double Cap = 125;

    private const int Settings = 3;
    private const int Sensors = 21;
    private static readonly string[] Trained = ["FD001", "FD002", "FD003", "FD004"];
    private static readonly string[] Tested = ["FD001", "FD002"];

    public static FleetLayout Layout { get; } = new()
    {
        Age = "cycle",
        Settings = [.. Enumerable.Range(1, Settings).Select(i => $"setting{i}")],
        Metrics = [.. Enumerable.Range(1, Sensors).Select(i => $"s{i}")],
    };

    /// <param name="dataDirectory">The folder with the sets as <c>train_FD001.txt.gz</c>; null is returned when it is not there.</param>
    public static CmapssResult? Run(string dataDirectory, bool usesAge = true)
    {
        if (!Trained.All(set => File.Exists(FileOf(dataDirectory, "train_" + set))))
        {
            return null;
        }

        FleetModel model = FleetModel.Learn(
            Layout,
            [.. Trained.SelectMany(set => Units(dataDirectory, "train_" + set))],
            new FleetOptions { Ceiling = Cap, UsesAge = usesAge });
        byte[] bytes = model.ToBytes();
        FleetModel stored = FleetModel.FromBytes(bytes);
        return new CmapssResult(
            usesAge, model.CrossError, bytes.Length, [.. Tested.Select(set => Score(stored, dataDirectory, set))]);
    }

    /// <summary>The units of one file, each up to its last row.</summary>
    public static IReadOnlyList<FleetHistory> Units(string dataDirectory, string file) =>
    [
        .. Rows(dataDirectory, file).GroupBy(row => row[0]).Select(unit => new FleetHistory
        {
            Unit = string.Create(CultureInfo.InvariantCulture, $"{file}/{unit.Key}"),
            Ages = [.. unit.Select(row => row[1])],
            Values = [.. unit.SelectMany(row => row[2..])],
        }),
    ];

    private static CmapssSetScore Score(FleetModel model, string dataDirectory, string set)
    {
        double[] truths = [.. Rows(dataDirectory, "RUL_" + set).Select(row => Math.Min(row[0], Cap))];
        RemainingLife[] said = [.. Units(dataDirectory, "test_" + set).Select(unit => AtEnd(model, unit))];
        double[] errors = [.. said.Zip(truths, (life, truth) => life.Expected - truth)];
        return new CmapssSetScore(
            set,
            truths.Length,
            Math.Sqrt(errors.Sum(error => error * error) / errors.Length),
            errors.Sum(error => Math.Exp(error < 0 ? -error / 13 : error / 10) - 1),
            said.Zip(truths).Count(pair => pair.Second >= pair.First.P10 && pair.Second <= pair.First.P90) / (double)truths.Length);
    }

    private static RemainingLife AtEnd(FleetModel model, FleetHistory unit)
    {
        WearFeatures wear = model.NewUnit();
        for (int row = 0; row < unit.Count; row++)
        {
            wear.Observe(unit.Ages[row], unit.Row(row, Layout.Width));
        }

        return model.Predict(wear)!.Value;
    }

    private static IEnumerable<double[]> Rows(string dataDirectory, string file)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(FileOf(dataDirectory, file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0)
            {
                yield return
                [
                    .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)),
                ];
            }
        }
    }

    private static string FileOf(string dataDirectory, string file) => Path.Combine(dataDirectory, file + ".txt.gz");
}
