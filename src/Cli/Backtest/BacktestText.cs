using System.Globalization;
using System.Text;
using Millwright.Core.Alerting;
using Millwright.Grains.Replay;

namespace Millwright.Cli.Backtest;

/// <summary>A report for a person at a terminal.</summary>
internal static class BacktestText
{
    /// <summary>Alerts of each side that are shown; all of them are in the file.</summary>
    private const int Shown = 20;

    public static string Of(BacktestReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{report.AssetId}: {report.DetectorId} ({report.DetectorKind}, version ");
        text.Append(CultureInfo.InvariantCulture, $"{report.DetectorVersion}) over {report.Samples} samples: {report.Gained} gained, ");
        text.Append(CultureInfo.InvariantCulture, $"{report.Lost} lost, {report.Common} common");
        Append(text, "verdicts on what was raised", report.Raised);
        Append(text, "of them it keeps", report.Kept);
        Append(text, "of them it misses", report.Missed);
        Append(text, "would raise", report.WouldRaise.Where(a => a.Match is null));
        Append(text, "would not raise", report.WasRaised.Where(a => a.Match is null));
        return text.ToString();
    }

    private static void Append(StringBuilder text, string what, Precision precision)
    {
        if (precision.Judged + precision.Unsure == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"\n  {what}: {precision.True} true, {precision.Nuisance} nuisance, ");
        text.Append(CultureInfo.InvariantCulture, $"{precision.Unsure} unsure");
        if (precision.Value is { } value)
        {
            text.Append(CultureInfo.InvariantCulture, $"; precision {value:0.00} ({precision.Low:0.00} to {precision.High:0.00})");
        }
    }

    private static void Append(StringBuilder text, string what, IEnumerable<BacktestAlert> alerts)
    {
        foreach (BacktestAlert alert in alerts.Take(Shown))
        {
            string end = alert.End is { } ended ? ended.ToString("u", CultureInfo.InvariantCulture) : "open";
            text.Append(CultureInfo.InvariantCulture, $"\n  {what}: {alert.Begin:u} to {end}, score {alert.Explanation.Score:0.##} ");
            text.Append(CultureInfo.InvariantCulture, $"of {alert.Explanation.Threshold:0.##}: {alert.Summary}");
        }
    }
}
