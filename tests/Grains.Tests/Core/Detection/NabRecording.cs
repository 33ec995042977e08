using System.Globalization;
using System.Text.Json;

namespace Millwright.Core.Detection;

/// <summary>
/// One NAB series with its labelled windows, as first and last row. The recordings lie beside the repository and are not part of it;
/// without them there is nothing to score.
/// </summary>
internal sealed record NabRecording(string Name, DateTimeOffset[] Times, double[] Values, (int First, int Last)[] Windows)
{
    /// <summary>Rows that are not judged.</summary>
    public int Probation => (int)Math.Ceiling(Math.Min(Math.Floor(0.15 * Values.Length), 750));

    public static IReadOnlyList<NabRecording> All()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, "shared", "data", "nab")))
        {
            root = root.Parent;
        }

        if (root is null)
        {
            return [];
        }

        string folder = Path.Combine(root.FullName, "shared", "data", "nab");
        using JsonDocument labels = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "combined_windows.json")));
        return [.. labels.RootElement.EnumerateObject()
            .OrderBy(series => series.Name, StringComparer.Ordinal)
            .Where(series => File.Exists(Path.Combine(folder, "data", series.Name)))
            .Select(series => Read(Path.Combine(folder, "data", series.Name), series))];
    }

    private static NabRecording Read(string path, JsonProperty series)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(','))];
        DateTimeOffset[] times = [.. rows.Select(row => Instant(row[0]))];
        return new NabRecording(
            series.Name,
            times,
            [.. rows.Select(row => double.Parse(row[1], CultureInfo.InvariantCulture))],
            [.. series.Value.EnumerateArray().Select(edges =>
                (Array.IndexOf(times, Instant(edges[0].GetString()!)), Array.IndexOf(times, Instant(edges[1].GetString()!))))]);
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text[..19], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
