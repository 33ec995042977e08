using System.Globalization;
using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection.Skab;

/// <summary>
/// One experiment of SKAB: <c>;</c> separated, datetime, then metrics, then (but for the fault-free run) the labels <c>anomaly</c> and
/// <c>changepoint</c>.
/// </summary>
internal sealed record SkabExperiment(Recording Recording, bool[] IsAnomalous, bool[] IsChangePoint)
{
    /// <summary>Rows that are not judged; the protocol's training part.</summary>
    public const int WarmupRows = 400;

    private static readonly string[] Labels = ["anomaly", "changepoint"];

    /// <summary>Every CSV file below a folder that has labels, in a stable order.</summary>
    public static IReadOnlyList<SkabExperiment> Labelled(string folder) => Load(folder, isLabelled: true);

    public static IReadOnlyList<SkabExperiment> FaultFree(string folder) => Load(folder, isLabelled: false);

    /// <summary>The same experiment without some rows after the warm-up, as if it had been begun that much later.</summary>
    public SkabExperiment Without(int rows) => new(
        Recording with { Name = $"{Recording.Name}-less-{rows}", Times = Cut(Recording.Times, rows), Values = Cut(Recording.Values, rows) },
        Cut(IsAnomalous, rows),
        Cut(IsChangePoint, rows));

    private static T[] Cut<T>(T[] all, int rows) => [.. all[..WarmupRows], .. all[(WarmupRows + rows)..]];

    private static IReadOnlyList<SkabExperiment> Load(string folder, bool isLabelled) =>
    [
        .. Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Where(path => HasLabels(path) == isLabelled)
            .Select(path => Read(path, Path.GetRelativePath(folder, path))),
    ];

    private static bool HasLabels(string path) => Header(path).Contains(Labels[0]);

    private static string[] Header(string path) => (File.ReadLines(path).FirstOrDefault() ?? "").Split(';');

    private static SkabExperiment Read(string path, string name)
    {
        string[] header = Header(path);
        int[] metrics = [.. Enumerable.Range(1, header.Length - 1).Where(i => !Labels.Contains(header[i]))];
        string[][] rows = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(';'))];
        bool[] Flags(string label) => Array.IndexOf(header, label) is >= 0 and int column
            ? [.. rows.Select(row => Number(row[column]) > 0.5)] : new bool[rows.Length];
        var recording = new Recording(
            name,
            [.. metrics.Select(i => header[i])],
            [.. rows.Select(row => DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))],
            [.. rows.Select(row => metrics.Select(i => Number(row[i])).ToArray())]);
        return new SkabExperiment(recording, Flags(Labels[0]), Flags(Labels[1]));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
