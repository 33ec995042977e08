using System.Globalization;
using System.Text.Json;
using Millwright.Bench.Detection.Twins;

namespace Millwright.Bench.Detection.Nab;

/// <summary>One series of NAB with the windows of its anomalies, as first and last row.</summary>
internal sealed record NabSeries(Recording Recording, IReadOnlyList<(int First, int Last)> Windows)
{
    private const string Format = "yyyy-MM-dd HH:mm:ss";

    /// <summary>Rows that are not judged: 15 %, at most 750.</summary>
    public int ProbationRows => Math.Min((int)(0.15 * Recording.Rows), 750);

    /// <summary>
    /// A folder of NAB's layout: <c>data/&lt;category&gt;/*.csv</c>, and the windows in <c>labels/</c> or beside <c>data</c>.
    /// </summary>
    public static IReadOnlyList<NabSeries> Load(string folder)
    {
        string labels = Path.Combine(folder, "combined_windows.json");
        labels = File.Exists(labels) ? labels : Path.Combine(folder, "labels", "combined_windows.json");
        using JsonDocument windows = JsonDocument.Parse(File.ReadAllText(labels));
        return
        [
            .. windows.RootElement.EnumerateObject()
                .Where(entry => File.Exists(Path.Combine(folder, "data", entry.Name)))
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Select(entry => Read(Path.Combine(folder, "data", entry.Name), entry)),
        ];
    }

    private static NabSeries Read(string path, JsonProperty entry)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))];
        string[] stamps = [.. rows.Select(row => row[0][..Format.Length])];
        var recording = new Recording(
            entry.Name,
            ["value"],
            [.. stamps.Select(Time)],
            [.. rows.Select(row => new[] { double.Parse(row[1], CultureInfo.InvariantCulture) })]);
        return new NabSeries(
            recording,
            [.. entry.Value.EnumerateArray().Select(w => (RowOf(stamps, w[0]), RowOf(stamps, w[1])))]);
    }

    // A series whose clock was set back has an hour twice: the first counts.
    private static int RowOf(string[] stamps, JsonElement time) => Array.IndexOf(stamps, time.GetString()![..Format.Length]);

    private static DateTimeOffset Time(string stamp) =>
        DateTimeOffset.ParseExact(stamp, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
