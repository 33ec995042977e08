using System.Globalization;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;

namespace Millwright.Spine.Tests.Faults;

/// <summary>A stream whose alerts are known: every so often the pressure stands too high for some samples.</summary>
internal static class FaultPlan
{
    public const int FaultEvery = 500;
    private const int FaultLength = 20;

    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(120);

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);
    private static readonly string[] Assets = ["acme.lyon:press-1", "acme.lyon:press-2", "acme.lyon:press-3"];

    public static int AssetCount => Assets.Length;

    /// <summary>A whole number of faults per asset, so that each has ended with the stream.</summary>
    public static IEnumerable<StreamedMessage> Messages(int faults)
    {
        for (int i = 0; i < faults * FaultEvery; i++)
        {
            bool isFaulty = i % FaultEvery is > FaultEvery / 2 and < (FaultEvery / 2) + FaultLength;
            foreach (string asset in Assets)
            {
                var values = new Dictionary<string, double> { ["pressure"] = (isFaulty ? 150 : 50) + (i % 17 / 8.0), ["power"] = 12 };
                yield return new StreamedMessage(asset, Start.AddSeconds(i), values);
            }
        }
    }

    /// <summary>How often a long run repeats what CI does a few times.</summary>
    public static int Runs(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int runs) ? runs : usual;

    public static async Task<List<(string Metric, DateTimeOffset At)>> MissingAsync(SiloProcess silo, AcknowledgedStream stream)
    {
        List<(string, DateTimeOffset)> missing = [];
        foreach (var metric in stream.Acknowledged.GroupBy(a => (a.Key.AssetId, a.Key.Metric)))
        {
            Dictionary<DateTimeOffset, double> history = await silo.HistoryAsync(
                metric.Key.AssetId, metric.Key.Metric, metric.Min(a => a.Key.EventTime), metric.Max(a => a.Key.EventTime).AddSeconds(1));
            missing.AddRange(metric.Where(a => !history.TryGetValue(a.Key.EventTime, out double v) || v != a.Value)
                .Select(a => ($"{metric.Key.AssetId}/{metric.Key.Metric}", a.Key.EventTime)).OrderBy(m => m.EventTime));
        }

        return missing;
    }

    /// <summary>
    /// What a life in which samples are refused may retract at most. Those come a second later, so behind newer ones, and what was said
    /// without them is mended. An alert begins at a faulty sample, and what is in flight reaches into one fault of each asset.
    /// </summary>
    public static int MostRetracted => Assets.Length * FaultLength;

    /// <summary>Every acknowledged sample is history, every fault was raised and cleared once, and the fates add up.</summary>
    /// <param name="mostRetracted">0 where nothing comes late: a connection that broke goes on in order.</param>
    public static async Task AssertNothingLostNothingTwiceAsync(
        SiloProcess silo, AcknowledgedStream stream, int faults, int mostRetracted = 0)
    {
        long distinct = stream.Acknowledged.Count;
        FateSums fates = null!;
        await Eventually.HoldsAsync(
            async () => (fates = await silo.FatesAsync()) is var f && f.Accepted + f.Amended >= distinct,
            Bound,
            $"{distinct} distinct samples met their fates",
            () => $"{fates}\n{silo.Log}");
        Assert.Equal((distinct, 0, 0), (fates.Accepted + fates.Amended, fates.Dropped, fates.Rejected));
        Assert.Equal(distinct + fates.Duplicate, fates.Total);
        List<(string, DateTimeOffset)> missing = await MissingAsync(silo, stream);
        Assert.True(missing.Count == 0, $"{missing.Count} acknowledged samples are not in history, the first {missing.FirstOrDefault()}");

        // Late samples may amend or retract what was said meanwhile; what is left is each fault once, raised and ended.
        int expected = faults * Assets.Length;
        List<JsonElement> told = [];
        List<(string Asset, string Begun, bool IsEnded)> net = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                told = await silo.ListAsync("/api/v1/alerts?size=200");
                net = Net(told);
                return net.Count == expected && net.All(alert => alert.IsEnded);
            },
            Bound,
            $"{expected} alerts, all ended",
            () => $"{net.Count} of {told.Count} events\n{silo.Log}");
        Assert.Equal(told.Count, told.Select(a => Text(a, "id")).Distinct().Count());
        Assert.Equal(expected, net.Select(a => (a.Asset, a.Begun)).Distinct().Count());
        Dictionary<string, int> kinds = told.GroupBy(a => Text(a, "type")).ToDictionary(g => g.Key, g => g.Count());
        int retracted = kinds.GetValueOrDefault("io.millwright.alert.retracted");
        Assert.True(retracted <= mostRetracted, $"{retracted} alerts were retracted; late samples explain {mostRetracted}");
        if (mostRetracted == 0)
        {
            Assert.Equal(expected * 2, told.Count);
        }
    }

    private static List<(string Asset, string Begun, bool IsEnded)> Net(IEnumerable<JsonElement> told)
    {
        var net = new Dictionary<string, (string Asset, string Begun, bool IsEnded)>(StringComparer.Ordinal);
        foreach (JsonElement alert in told.OrderBy(a => Text(a, "sequence"), StringComparer.Ordinal))
        {
            string id = Text(alert.GetProperty("data"), "alertId");
            switch (Text(alert, "type"))
            {
                case "io.millwright.alert.cleared":
                    net[id] = net[id] with { IsEnded = true };
                    break;
                case "io.millwright.alert.retracted":
                    net.Remove(id);
                    break;
                default:
                    net[id] = (Text(alert, "partitionkey"), Text(alert, "time"), false);
                    break;
            }
        }

        return [.. net.Values];
    }

    private static string Text(JsonElement alert, string name) => alert.GetProperty(name).GetString()!;
}
