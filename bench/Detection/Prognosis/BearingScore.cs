using System.Globalization;
using Millwright.Bench.Detection.Twins;
using Millwright.Core.Prognosis;

namespace Millwright.Bench.Detection.Prognosis;

/// <summary>One run to failure, as the twin of an unconfigured asset saw it.</summary>
/// <param name="Snapshots">Length of the life.</param>
/// <param name="FirstAlert">The snapshot of the first alert about wear; null when there is none.</param>
/// <param name="Left">Share of the life that was left then.</param>
/// <param name="Coverage">Share of the forecast intervals that held what came; null when none was judged.</param>
internal sealed record BearingRow(string Bearing, int Snapshots, int? FirstAlert, double? Left, double? Coverage, long Intervals);

/// <param name="Alarmed">Bearings with an alert.</param>
/// <param name="InFirstHalf">Bearings with an alert in the first half of their life: too early to act upon.</param>
/// <param name="InTime">Bearings with an alert, none in the first half, and at least 5 % of life left.</param>
internal sealed record BearingResult(IReadOnlyList<BearingRow> Rows, int Alarmed, int InFirstHalf, int InTime);

/// <summary>FEMTO bearings run to failure: features every ten seconds, one default for all, nothing known but what has come so far.</summary>
internal static class BearingScore
{
    private const string Detector = "default-health";
    private const int FirstFeature = 3;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="dataDirectory">The folder with one CSV per bearing; null is returned when it has none.</param>
    public static BearingResult? Run(string dataDirectory)
    {
        string[] files = Directory.Exists(dataDirectory) ? Directory.GetFiles(dataDirectory, "*.csv") : [];
        if (files.Length == 0)
        {
            return null;
        }

        BearingRow[] rows = [.. files.Order(StringComparer.Ordinal).Select(Row)];
        return new BearingResult(
            rows,
            rows.Count(row => row.Left is not null),
            rows.Count(row => row.Left > 0.5),
            rows.Count(row => row.Left is >= 0.05 and <= 0.5));
    }

    private static BearingRow Row(string file)
    {
        Recording recording = Read(file);
        Verdicts verdicts = UnconfiguredTwin.Observe(recording);
        int[] alerts = [.. verdicts.Raised.Where(raised => raised.Detector == Detector).Select(raised => raised.Row)];
        ComponentForecast? forecast = verdicts.Forecasts.FirstOrDefault(told => told.Component == Detector);
        int? first = alerts.Length > 0 ? alerts[0] : null;
        return new BearingRow(
            recording.Name,
            recording.Rows,
            first,
            1 - ((first + 1.0) / recording.Rows),
            forecast?.Coverage,
            forecast is null ? 0 : forecast.Inside + forecast.Earlier + forecast.Later);
    }

    private static Recording Read(string file)
    {
        string[][] lines = [.. File.ReadLines(file).Select(line => line.Split(','))];
        return new Recording(
            Path.GetFileNameWithoutExtension(file),
            lines[0][FirstFeature..],
            [.. lines.Skip(1).Select(line => Start.AddSeconds(Number(line[1])))],
            [.. lines.Skip(1).Select(line => line[FirstFeature..].Select(Number).ToArray())]);
    }

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);
}
