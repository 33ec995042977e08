using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.Digests;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Recordings;
using Millwright.Recordings.Sets;
using Millwright.Testing.Recordings;
using Millwright.Twins;
using Xunit.Abstractions;

namespace Millwright.Cli.Tests.Replay;

using Sample = (TwinMetric Metric, HistoryPoint Point);

/// <summary>
/// What alerts say of themselves, on recordings of real machines. Each counterfactual is applied to the stored samples as a reader would do
/// it, and the whole twin runs again from its first sample: the alert must not begin. Not the code that tried it when the alert was made.
/// </summary>
public sealed class CounterfactualTests(ITestOutputHelper log)
{
    /// <summary>Samples of each asset, assets of each set, and alerts of each asset that are tried.</summary>
    private static readonly int Records = Number("MILLWRIGHT_COUNTERFACTUAL_RECORDS", 500);
    private static readonly int Assets = Number("MILLWRIGHT_COUNTERFACTUAL_ASSETS", 2);
    private static readonly int Alerts = Number("MILLWRIGHT_COUNTERFACTUAL_ALERTS", 4);

    /// <summary>
    /// Sets in whose first samples several alerts claim one. The others have one claim or, by design, no alert so early: there a core that
    /// claims less is no worse.
    /// </summary>
    private static readonly string[] Claiming = ["cnc_mill", "energy_sme", "femto_bearings"];

    public static TheoryData<string> Sets => [.. RecordingSets.All.Select(s => s.Name)];

    [RecordingTheory]
    [MemberData(nameof(Sets))]
    public void Counterfactual_FiresInNoAlert_AndContributionsSumToTheScore(string name)
    {
        RecordingSet set = RecordingSets.Find(name)!;
        PlantModel configured =
            new PlantLoader(DetectorParameters.Validate).Load(Path.Combine(Repository.Samples, set.Folder, "plant")).Model!;
        TwinCatalogue[] catalogues = [new(configured), new(new PlantModel())];
        (int alerts, int claims, int tried, long dropped, List<string> fired) = (0, 0, 0, 0, []);
        foreach (IGrouping<string, RecordedRecord> asset in RecordingReader.Open(set, Repository.Data).Records()
            .Take(Records * Assets * 4).GroupBy(r => r.AssetId).Take(Assets))
        {
            Sample[] samples = [.. asset.Take(Records).SelectMany(RecordedSamples.Of).OrderBy(s => s.Point.EventTime)];
            foreach (TwinCatalogue catalogue in catalogues)
            {
                (List<AlertEvent> told, long left) = Run(catalogue, asset.Key, samples);
                dropped += left;
                Assert.All(told, a => Assert.Equal(a.Explanation.Score, a.Explanation.Contributions.Sum(c => c.Share), 1e-6));
                List<AlertEvent> raised = [.. told.Where(a => a.Kind == AlertKind.Raised)];
                List<AlertEvent> claiming = [.. raised.Where(a => Claim.Of(a) is not null)];
                (alerts, claims) = (alerts + raised.Count, claims + claiming.Count);

                // Spread over the recording: the last ones know most.
                foreach (AlertEvent alert in claiming.Where((_, i) => i % Math.Max(1, claiming.Count / Alerts) == 0).Take(Alerts))
                {
                    tried++;
                    if (!HoldsEitherWay(catalogue, alert, samples))
                    {
                        fired.Add($"{alert.AssetId} {alert.EventTime:O} {alert.Explanation.DetectorId} {alert.Explanation.Counterfactual}");
                    }
                }
            }
        }

        log.WriteLine($"{name}: {alerts} alerts, {claims} with a counterfactual, {dropped} left out; {tried} tried, {fired.Count} fire");
        Assert.True(fired.Count == 0, string.Join('\n', fired));
        Assert.True(tried > 0 || !Claiming.Contains(name), $"{name}: none of {alerts} alerts claims a counterfactual.");
    }

    /// <summary>
    /// A figure can be read in two ways (<see cref="Ways"/>), and the sentence does not say which: of the newest sample, or of what a
    /// window comes to. It is true when under one of the readings nothing begins; it is false when under both the alert begins.
    /// </summary>
    private static bool HoldsEitherWay(TwinCatalogue catalogue, AlertEvent alert, Sample[] samples) =>
        Ways(alert, samples).Any(changed => !Begins(catalogue, alert, changed));

    private static (List<AlertEvent> Told, long Dropped) Run(TwinCatalogue catalogue, string asset, Sample[] samples)
    {
        var told = new List<AlertEvent>();
        var run = new TwinRun(catalogue, asset, [.. samples.Select(s => s.Metric).Distinct()], new TwinDigest(asset)) { Told = told.Add };
        foreach ((TwinMetric metric, HistoryPoint point) in samples)
        {
            run.Observe(metric, point);
        }

        run.Finish();
        return (told, run.Counterfactuals.Dropped);
    }

    /// <summary>An alert of the same detector and subject begins between the first changed sample and the alert's own time.</summary>
    private static bool Begins(TwinCatalogue catalogue, AlertEvent alert, (DateTimeOffset From, Sample[] Samples) changed)
    {
        Sample[] until = [.. changed.Samples.TakeWhile(s => s.Point.EventTime <= alert.EventTime.AddSeconds(1))];
        return Run(catalogue, alert.AssetId, until).Told.Exists(a => a.Kind == AlertKind.Raised && a.Subject == alert.Subject
            && a.Explanation.DetectorId == alert.Explanation.DetectorId
            && a.EventTime >= changed.From && a.EventTime <= alert.EventTime);
    }

    /// <summary>The newest sample is the figure, or all samples of the window are moved by as much as the figure would have to move.</summary>
    private static IEnumerable<(DateTimeOffset From, Sample[] Samples)> Ways(AlertEvent alert, Sample[] samples)
    {
        Claim claim = Claim.Of(alert)!;
        foreach (int ticks in (int[])[0, 1])
        {
            // A sample at the end of a cell is of the next one.
            DateTimeOffset end = alert.EventTime.AddTicks(-ticks);
            int last = Array.FindLastIndex(samples, s => s.Metric.Name == claim.Metric && s.Point.EventTime <= end);
            if (last >= 0 && samples[last].Point.Value == claim.Observed)
            {
                yield return (samples[last].Point.EventTime, Moved(s => s == samples[last]));
            }
        }

        (DateTimeOffset from, DateTimeOffset to) = (alert.Explanation.WindowStart, alert.Explanation.WindowEnd);
        yield return (from, Moved(s => s.Metric.Name == claim.Metric && s.Point.EventTime >= from && s.Point.EventTime <= to));

        Sample[] Moved(Func<Sample, bool> isMeant) =>
            [.. samples.Select(s => isMeant(s) ? (s.Metric, s.Point with { Value = s.Point.Value + claim.Figure - claim.Observed }) : s)];
    }

    private static int Number(string variable, int standard) =>
        int.Parse(
            Environment.GetEnvironmentVariable(variable) ?? standard.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>"vibration &lt;= 4.2 mm/s", as a person reads it.</summary>
    private sealed record Claim(string Metric, double Figure, double Observed)
    {
        public static Claim? Of(AlertEvent alert)
        {
            string[] parts = alert.Explanation.Counterfactual.Split([" <= ", " >= "], StringSplitOptions.None);
            return parts.Length == 2
                ? new Claim(
                    parts[0],
                    double.Parse(parts[1].Split(' ')[0], CultureInfo.InvariantCulture),
                    alert.Explanation.Contributions.Single(c => c.Metric == parts[0]).Observed)
                : null;
        }
    }
}
