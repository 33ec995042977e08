using System.Text.Json;
using Millwright.Recordings;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>Minutes and hours of a recording's history, compared with what the file says.</summary>
public sealed class RollupTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-9;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);

    [RecordingFact]
    public async Task Rollups_EqualARecomputationFromTheFile()
    {
        await using ReplayedSilo replayed = await ReplayedSilo.StartAsync("hydraulic_rig", 6_000);
        RecordedRecord[] records = [.. replayed.Records.GroupBy(r => r.AssetId).First()];
        string metric = records[0].Values.First(v => v.Text is null).Metric;
        int compared = await CompareAsync(replayed.Silo, records, metric, "minute", TimeSpan.TicksPerMinute)
            + await CompareAsync(replayed.Silo, records, metric, "hour", TimeSpan.TicksPerHour);
        output.WriteLine($"{compared} rollups of {records[0].AssetId} {metric} are as in the file");
    }

    /// <summary>All but the last one or two, which are still open or not yet in a checkpoint.</summary>
    private static async Task<int> CompareAsync(SiloProcess silo, RecordedRecord[] records, string metric, string tier, long ticks)
    {
        IGrouping<long, double>[] expected =
        [
            .. records.GroupBy(r => r.EventTime.UtcTicks / ticks, r => r.Values.Single(v => v.Metric == metric).Number).OrderBy(g => g.Key),
        ];
        int closed = expected.Length - 2;
        List<JsonElement> items = [];
        string path = $"/api/v1/history/rollups?asset={records[0].AssetId}&metric={metric}&tier={tier}&limit=1000"
            + $"&from={SiloApi.Instant(records[0].EventTime.AddHours(-1))}&to={SiloApi.Instant(records[^1].EventTime.AddHours(1))}";
        await Eventually.HoldsAsync(
            async () => (items = await silo.ListAsync(path)).Count >= closed, Bound, $"{closed} of tier {tier}", () => $"{items.Count} are");
        foreach ((IGrouping<long, double> group, JsonElement item) in expected.Zip(items).Take(closed))
        {
            double mean = group.Average();
            double deviation = Math.Sqrt(group.Average(v => (v - mean) * (v - mean)));
            Assert.Equal(group.Key, item.GetProperty("start").GetDateTimeOffset().UtcTicks / ticks);
            Assert.Equal(group.Count(), item.GetProperty("count").GetInt32());
            Assert.Equal(group.Min(), item.GetProperty("minimum").GetDouble());
            Assert.Equal(group.Max(), item.GetProperty("maximum").GetDouble());
            Assert.Equal(group.Last(), item.GetProperty("last").GetDouble());
            Assert.Equal(mean, item.GetProperty("mean").GetDouble(), Tolerance * Math.Abs(mean));
            Assert.Equal(deviation, item.GetProperty("standardDeviation").GetDouble(), Tolerance * Math.Abs(mean));
        }

        return Math.Max(0, closed);
    }
}
