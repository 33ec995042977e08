using System.Globalization;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>What a visitor sees in the first two minutes. It takes them in real time, beside the other tests.</summary>
public sealed class DemoTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Ready = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TwoMinutes = TimeSpan.FromMinutes(2);
    private static readonly string[] Audiences = ["energy", "maintenance", "quality"];

    [Fact]
    public async Task Demo_ShowsAlertsOfEveryAudience_AndWhatFollowsFromThem_WithinTwoMinutes()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(null, "--demo");
        long begin = TimeProvider.System.GetTimestamp();
        output.WriteLine($"ready after {silo.StartTook.TotalSeconds:F1} s");
        Assert.True(silo.StartTook < Ready, $"ready after {silo.StartTook.TotalSeconds:F1} s");
        string count = await silo.Http.GetStringAsync("/api/2/search/things/count");
        Assert.True(int.Parse(count, CultureInfo.InvariantCulture) >= 12, $"{count} things");

        Seen seen = new(0, [], [], 0, 0, 0, 0);
        await Eventually.HoldsAsync(
            async () =>
            {
                Seen before = seen;
                seen = await LookAsync(silo);
                if (seen.ToString() != before.ToString())
                {
                    output.WriteLine($"{TimeProvider.System.GetElapsedTime(begin).TotalSeconds:F0} s: {seen}");
                }

                return seen.IsComplete;
            },
            TwoMinutes,
            "all that the demo promises is there",
            () => $"{seen}");

        List<JsonElement> raised = await silo.ListAsync("/api/v1/alerts?kind=raised&size=200");
        Assert.All(raised, AssertIsExplained);
        Assert.Equal(raised.Count, raised.DistinctBy(a => a.GetProperty("id").GetString()).Count());
        FateSums fates = await silo.FatesAsync();
        output.WriteLine($"{fates}");
        Assert.Equal(0, fates.Rejected);
        Assert.Equal(0, await silo.StopAsync());
    }

    private static async Task<Seen> LookAsync(SiloProcess silo)
    {
        List<JsonElement> raised = await silo.ListAsync("/api/v1/alerts?kind=raised&size=200");
        return new Seen(
            raised.Count,
            [.. raised.Select(a => a.GetProperty("data").GetProperty("detector").GetProperty("kind").GetString()!).Distinct().Order()],
            [.. raised.SelectMany(a => a.GetProperty("data").GetProperty("audience").EnumerateArray()).Select(a => a.GetString()!)
                .Distinct().Order()],
            await CountAsync(silo, "/api/v1/incidents"),
            await CountAsync(silo, "/api/v1/workorders"),
            await CountAsync(silo, "/api/v1/energy/idle-waste"),
            await CountAsync(silo, "/api/v1/units"));
    }

    private static async Task<int> CountAsync(SiloProcess silo, string path) =>
        (await silo.GetAsync(path)).GetProperty("items").GetArrayLength();

    /// <summary>Which metrics, how much of the score each, against which baseline, in which window, by which detector.</summary>
    private static void AssertIsExplained(JsonElement alert)
    {
        JsonElement data = alert.GetProperty("data");
        string what = alert.GetRawText();
        double score = data.GetProperty("score").GetDouble();
        JsonElement[] contributions = [.. data.GetProperty("contributions").EnumerateArray()];
        Assert.True(contributions.Length > 0, what);
        double sum = contributions.Sum(c => c.GetProperty("share").GetDouble());
        Assert.True(Math.Abs(sum - score) <= 1e-6 * Math.Max(1, Math.Abs(score)), $"shares add up to {sum}, not to {score}: {what}");
        Assert.All(contributions, c =>
        {
            Assert.NotEqual("", c.GetProperty("signal").GetString());
            Assert.True(c.TryGetProperty("value", out _) && c.TryGetProperty("baseline", out _), what);
        });
        JsonElement window = data.GetProperty("window");
        Assert.True(window.GetProperty("from").GetDateTimeOffset() <= window.GetProperty("to").GetDateTimeOffset(), what);
        Assert.NotEqual("", data.GetProperty("detector").GetProperty("id").GetString());
        Assert.True(data.GetProperty("threshold").GetDouble() > 0, what);
    }

    private sealed record Seen(
        int Alerts, string[] Detectors, string[] AudiencesReached, int Incidents, int WorkOrders, int IdleWaste, int Units)
    {
        public bool IsComplete => Detectors.Length >= 3 && Audiences.All(AudiencesReached.Contains)
            && Incidents > 0 && WorkOrders > 0 && IdleWaste > 0 && Units > 0;

        public override string ToString() =>
            $"{Alerts} alerts by {string.Join(' ', Detectors)} for {string.Join(' ', AudiencesReached)}; {Incidents} incidents, "
            + $"{WorkOrders} work orders, {IdleWaste} idle wastes, {Units} units";
    }
}
