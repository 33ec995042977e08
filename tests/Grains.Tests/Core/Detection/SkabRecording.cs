using System.Globalization;
using Millwright.Testing.Recordings;

namespace Millwright.Core.Detection;

/// <summary>
/// One SKAB experiment.
/// </summary>
internal sealed record SkabRecording(string Name, DateTimeOffset[] Times, double[][] Values, bool[] IsAnomalous)
{
    public const int WarmupRows = 400;

    public static IReadOnlyList<SkabRecording> Labelled() => Load("valve1", "valve2", "other");

    public static IReadOnlyList<SkabRecording> FaultFree() => Load("anomaly-free");

    private static IReadOnlyList<SkabRecording> Load(params string[] folders) =>
    [
        .. folders
            .Select(folder => Path.Combine(RecordedData.Of("skab"), folder))
            .SelectMany(folder => Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal))
            .Select(Read),
    ];

    private static SkabRecording Read(string path)
    {
        string[][] rows = [.. File.ReadLines(path).Skip(1).Select(line => line.Split(';'))];
        return new SkabRecording(
            Path.GetFileName(Path.GetDirectoryName(path)) + "/" + Path.GetFileName(path),
            [.. rows.Select(row => DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))],
            [.. rows.Select(row => row[1..9].Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray())],
            [.. rows.Select(row => row.Length > 9 && row[9].StartsWith('1'))]);
    }
}
