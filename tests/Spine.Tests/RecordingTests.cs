using System.Text.Json;
using Millwright.Recordings;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>Recordings of real machines, replayed over MQTT with their original times; then the silo is compared with the files.</summary>
public sealed class RecordingTests(ITestOutputHelper output)
{
    // Alerts and effects leave a twin after the checkpoint that explains them, ten seconds at most after the sample.
    private static readonly TimeSpan CheckpointBound = TimeSpan.FromSeconds(40);

    [RecordingFact]
    public async Task Skab_IsHistorySampleForSample_AndRaisesAlertsInsideTheLabelledSpans()
    {
        await using ReplayedSilo replayed = await StartAsync("skab", int.MaxValue, "valve1-0", "valve2-2");

        await AssertHistoryEqualsFilesAsync(replayed);
        foreach (IGrouping<string, RecordedRecord> file in replayed.Records.GroupBy(r => r.AssetId))
        {
            // Of the multivariate detector: the univariate one is busy with the flow meter's coarse steps, labelled or not.
            HashSet<DateTimeOffset> anomalous = [.. file.Where(r => r.Label == "anomaly").Select(r => r.EventTime)];
            List<JsonElement> raised = [];
            int inside = 0;
            await Eventually.HoldsAsync(
                async () =>
                {
                    raised = await replayed.Silo.ListAsync($"/api/v1/alerts?asset={file.Key}&kind=raised&detector=mahalanobis");
                    return (inside = raised.Count(a => anomalous.Contains(a.GetProperty("time").GetDateTimeOffset()))) > 0;
                },
                CheckpointBound,
                $"{file.Key} has a multivariate alert inside the labelled anomaly",
                () => $"{raised.Count} alerts at {string.Join(' ', raised.Select(a => a.GetProperty("time")))}");
            output.WriteLine($"{file.Key}: {inside} of {raised.Count} alerts lie inside the labelled anomaly");
        }
    }

    [RecordingFact]
    public async Task HydraulicRig_IsHistorySampleForSample()
    {
        await using ReplayedSilo replayed = await StartAsync("hydraulic_rig", 6_000);

        Assert.Equal(2, replayed.Records.DistinctBy(r => r.AssetId).Count());
        await AssertHistoryEqualsFilesAsync(replayed);
    }

    [RecordingFact]
    public async Task Bearing_IsHistorySampleForSample_AndWearsOut()
    {
        await using ReplayedSilo replayed = await StartAsync("femto_bearings", int.MaxValue, "bearing2_2");

        await AssertHistoryEqualsFilesAsync(replayed);
        DateTimeOffset last = replayed.Records[^1].EventTime;

        // It ran to failure: the end may not come unannounced.
        await Eventually.HoldsAsync(
            async () => (await replayed.Silo.ListAsync("/api/v1/alerts?asset=femto:bearing2_2&kind=raised&audience=maintenance"))
                .Any(a => a.GetProperty("time").GetDateTimeOffset() > last - TimeSpan.FromMinutes(30)),
            CheckpointBound,
            "an alert in the bearing's last half hour");
    }

    [RecordingFact]
    public async Task TorqueRecords_AreUnitHistories_WithTheirParameters()
    {
        await using ReplayedSilo replayed = await StartAsync("torque_unfastening", 50);

        await AssertHistoryEqualsFilesAsync(replayed);
        List<IGrouping<string, RecordedRecord>> units = [.. replayed.Records.GroupBy(r => r.Unit!)];
        await Eventually.HoldsAsync(
            async () => (await replayed.Silo.ListAsync("/api/v1/units?size=200")).Sum(u => u.GetProperty("steps").GetInt32())
                == replayed.Records.Count,
            CheckpointBound,
            "every step is in its unit's history",
            () => replayed.Silo.Log);
        foreach (IGrouping<string, RecordedRecord> unit in units)
        {
            JsonElement found = await replayed.Silo.GetAsync($"/api/v1/units/{Uri.EscapeDataString(unit.Key)}");
            var steps = found.GetProperty("steps").EnumerateArray().ToDictionary(s => s.GetProperty("eventTime").GetDateTimeOffset());
            Assert.Equal(unit.Select(r => r.EventTime).Order(), steps.Keys.Order());
            Assert.All(unit, record => AssertParameters(record, steps[record.EventTime]));
        }
    }

    [RecordingFact]
    public async Task Energy_ByOperatingState_EqualsTheCalculationFromTheFile()
    {
        const int records = 1_500;
        await using ReplayedSilo replayed = await StartAsync("energy_sme", records, "machine-0");

        await AssertHistoryEqualsFilesAsync(replayed);
        DateTimeOffset last = replayed.Records[^1].EventTime;
        Boxed book = await Eventually.FindAsync(
            async () => await EnergyAsync(replayed.Silo) is { } found && found.GetProperty("to").GetDateTimeOffset() == last
                ? new Boxed(found) : null,
            CheckpointBound,
            $"the book of energy reaches the last sample, {last:u}",
            () => replayed.Silo.Log);
        JsonElement asset = book.Asset;

        Dictionary<string, double> expected = ConsumptionByState(replayed.Records, last);
        var actual = asset.GetProperty("states").EnumerateArray()
            .ToDictionary(s => s.GetProperty("operatingState").GetString()!, s => s.GetProperty("quantity").GetDouble());
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string state, double quantity) in expected)
        {
            output.WriteLine($"{state}: {quantity:F6} kWh in the file, {actual[state]:F6} in the silo");
            Assert.Equal(1, (actual[state] + 1) / (quantity + 1), 1e-6);
        }

        Assert.Equal(1, asset.GetProperty("total").GetDouble() / expected.Values.Sum(), 1e-6);
    }

    /// <summary>
    /// The rule, stated anew from the file: a row's power flows, in the state of that row's status word, until the next row, but no longer
    /// than the 16 minutes of the meter's maxGap; the time beyond belongs to nobody. Status 3 is alarm, 2 automatic, 1 manual, 0 idle.
    /// </summary>
    private static Dictionary<string, double> ConsumptionByState(IReadOnlyList<RecordedRecord> records, DateTimeOffset end)
    {
        string[] names = ["idle", "manual", "automatic", "alarm"];
        var sums = new Dictionary<string, double>();
        for (int i = 0; i < records.Count; i++)
        {
            TimeSpan span = (i + 1 < records.Count ? records[i + 1].EventTime : end) - records[i].EventTime;
            double hours = Math.Min(span.TotalHours, 16 / 60.0);
            double kilowatts = records[i].Values.Single(v => v.Metric == "power").Number;
            string state = names[(int)records[i].Values.Single(v => v.Metric == "status").Number];
            if (hours > 0)
            {
                sums[state] = sums.GetValueOrDefault(state) + (kilowatts * hours);
            }
        }

        return sums;
    }

    private static async Task<JsonElement?> EnergyAsync(SiloProcess silo)
    {
        List<JsonElement> lines = await silo.ListAsync("/api/v1/energy");
        return lines.SelectMany(l => l.GetProperty("assets").EnumerateArray())
            .Where(a => a.GetProperty("assetId").GetString() == "sme:machine-0").Select(a => (JsonElement?)a).SingleOrDefault();
    }

    private static void AssertParameters(RecordedRecord record, JsonElement step)
    {
        Assert.Equal(record.Step, step.GetProperty("step").GetString());
        var parameters = step.GetProperty("parameters").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!);
        foreach (RecordedValue value in record.Values)
        {
            JsonElement parameter = parameters[value.Metric];
            if (value.Text is { } text)
            {
                Assert.Equal(text, parameter.GetProperty("text").GetString());
            }
            else
            {
                Assert.Equal(value.Number, parameter.GetProperty("value").GetDouble());
            }
        }
    }

    private async Task<ReplayedSilo> StartAsync(string set, int limit, params string[] assets)
    {
        ReplayedSilo replayed = await ReplayedSilo.StartAsync(set, limit, assets);
        output.WriteLine(
            $"{set}: {replayed.Records.Count} messages, {replayed.Samples} samples in {replayed.Took.TotalSeconds:F1} s; {replayed.Fates}");
        return replayed;
    }

    /// <summary>Every number of the files is in the history, at its time, to the last bit; nothing else is; nothing was dropped.</summary>
    private async Task AssertHistoryEqualsFilesAsync(ReplayedSilo replayed)
    {
        Assert.Equal((0, 0, 0), (replayed.Fates.Duplicate, replayed.Fates.Dropped, replayed.Fates.Rejected));
        int compared = 0;
        foreach (IGrouping<string, RecordedRecord> asset in replayed.Records.GroupBy(r => r.AssetId))
        {
            DateTimeOffset first = asset.Min(r => r.EventTime);
            DateTimeOffset end = asset.Max(r => r.EventTime).AddMilliseconds(1);
            foreach (string metric in asset.First().Values.Where(v => v.Text is null).Select(v => v.Metric))
            {
                Dictionary<DateTimeOffset, double> history = await replayed.Silo.HistoryAsync(asset.Key, metric, first, end);
                var expected = asset.ToDictionary(r => r.EventTime, r => r.Values.Single(v => v.Metric == metric).Number);
                Assert.True(
                    expected.Count == history.Count, $"{asset.Key} {metric}: {history.Count} in history, {expected.Count} in the file");
                Assert.All(expected, e => Assert.Equal(e.Value, history[e.Key]));
                compared += expected.Count;
            }
        }

        output.WriteLine($"{compared} values are in history as in the files");
    }

    private sealed record Boxed(JsonElement Asset);
}
