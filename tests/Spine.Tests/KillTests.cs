using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Postgres;
using Millwright.Testing.Webhooks;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>Law 1 and law 3 from outside: what was acknowledged is there after <c>kill -9</c>, and no effect happens twice.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private const int MessagesPerAsset = 12_000;

    // How far the stream has come into its next stage when the silo dies.
    private const int IntoTheStream = 1_000;

    // Every so often the pressure stands too high for some samples: an alert is raised and cleared.
    private const int FaultEvery = 1_500;
    private const int FaultLength = 20;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);
    private static readonly string[] Assets = ["acme.lyon:press-1", "acme.lyon:press-2", "acme.lyon:press-3"];

    [Fact]
    public Task KilledThriceInMidStream_LosesNothingAcknowledged_AndRaisesNothingTwice() => KillAsync([], () => Task.CompletedTask);

    /// <summary>Here the store's server is killed with the silo.</summary>
    [PostgresFact]
    public async Task OnPostgres_KilledThriceInMidStream_LosesNothingAcknowledged_AndRaisesNothingTwice()
    {
        await using PostgresServer server = await PostgresServer.StartNewAsync();
        await KillAsync(PostgresTests.Arguments(server, "millwright"), async () =>
        {
            server.Kill();
            await server.StartAsync();
        });
    }

    private async Task KillAsync(string[] store, Func<Task> killStore)
    {
        await using WebhookHost webhook = await WebhookHost.StartAsync();
        await using SiloProcess silo = await SiloProcess.StartAsync(
            Repository.TestPlant("lyon"),
            ["--Twins:CheckpointInterval=00:00:01",
            $"--Webhooks:0:Url={webhook.Url}",
            "--Announcements:MaxRetryPause=00:00:00.5",
            .. store]);
        await using MosquittoSubscriber subscriber = Mosquitto.Subscribe(silo.MqttPort, "millwright/alerts/#");
        await subscriber.Subscribed;
        List<StreamedMessage> plan = [.. Plan()];
        int stage = plan.Count / (Kills + 1);
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(plan);
        stream.Allow(stage);

        for (int kill = 1; kill <= Kills; kill++)
        {
            await AcknowledgedAsync(silo, stream, kill * stage);
            await AlertsExistAsync(silo, kill);
            List<Standing> before = await StandingsAsync(silo);
            stream.Allow(stage);
            await AcknowledgedAsync(silo, stream, (kill * stage) + IntoTheStream);
            await silo.KillAsync();
            await killStore();
            int acknowledged = stream.Messages;
            Assert.True(acknowledged < (kill + 1) * stage, "The silo was killed after the stream, not in its midst.");

            await silo.StartAsync();
            output.WriteLine($"killed after {acknowledged} of {plan.Count} messages, ready again after {silo.StartTook.TotalSeconds:F1} s");
            await AssertStandingsComeBackAsync(silo, before);
        }

        await streaming.WaitAsync(Bound);
        await AssertEverySampleHasItsFateAsync(silo, plan, stream);
        await AssertAcknowledgedIsHistoryAsync(silo, stream);
        await AssertNoAlertTwiceAsync(silo, subscriber);
        await AssertEachAlertReachedTheWebhookAsync(silo, webhook);
    }

    private static IEnumerable<StreamedMessage> Plan()
    {
        for (int i = 0; i < MessagesPerAsset; i++)
        {
            foreach (string asset in Assets)
            {
                var values = new Dictionary<string, double>
                {
                    ["pressure"] = PressureAt(i),
                    ["power"] = i / 500 % 3 == 2 ? 0.5 : 12,
                };
                yield return new StreamedMessage(asset, Start.AddSeconds(i), values);
            }
        }
    }

    private static double PressureAt(int second)
    {
        bool isFaulty = second % FaultEvery is > FaultEvery / 2 and < (FaultEvery / 2) + FaultLength;
        return (isFaulty ? 150 : 50) + (second % 17 / 8.0);
    }

    private static Task AcknowledgedAsync(SiloProcess silo, AcknowledgedStream stream, int messages) => Eventually.HoldsAsync(
        () => Task.FromResult(stream.Messages >= messages), Bound, $"{messages} messages are acknowledged", () => silo.Log);

    private static Task AlertsExistAsync(SiloProcess silo, int stages) => Eventually.HoldsAsync(
        async () => (await silo.ListAsync("/api/v1/alerts?size=200")).GroupBy(a => a.GetProperty("partitionkey").GetString())
            .Count(g => g.Count() >= stages) == Assets.Length,
        Bound,
        "each asset has alerts",
        () => silo.Log);

    private static async Task<List<Standing>> StandingsAsync(SiloProcess silo)
    {
        var all = new List<Standing>();
        foreach (string asset in Assets)
        {
            JsonElement twin = (await silo.TwinAsync(asset))!.Value;
            JsonElement pressure = twin.GetProperty("features").GetProperty("pressure").GetProperty("properties");
            JsonElement own = twin.GetProperty("features").GetProperty("twin").GetProperty("properties");
            List<JsonElement> windows = await silo.ListAsync($"/api/v1/windows?asset={asset}&metric=pressure&size-seconds=10&size=200");
            List<JsonElement> alerts = await silo.ListAsync($"/api/v1/alerts?asset={asset}&size=200");
            all.Add(new Standing(
                asset,
                pressure.GetProperty("eventTime").GetDateTimeOffset(),
                pressure.GetProperty("value").GetDouble(),
                own.GetProperty("watermark").GetDateTimeOffset(),
                own.GetProperty("runningHours").GetDouble(),
                own.GetProperty("starts").GetInt64(),
                own.GetProperty("operatingState").GetString()!,
                windows.Where(w => w.GetProperty("closed").GetBoolean())
                    .ToDictionary(
                        w => w.GetProperty("start").GetDateTimeOffset(),
                        w => (w.GetProperty("count").GetInt64(), w.GetProperty("sum").GetDouble())),
                [.. alerts.Select(a => a.GetProperty("id").GetString()!)]));
        }

        return all;
    }

    /// <summary>Nothing that was told before the kill is taken back: time, running hours, closed windows and alerts only go on.</summary>
    private static async Task AssertStandingsComeBackAsync(SiloProcess silo, List<Standing> before)
    {
        List<Standing> after = [];
        await Eventually.HoldsAsync(
            async () => (after = await StandingsAsync(silo)).Zip(before).All(p => p.First.Watermark >= p.Second.Watermark),
            Bound,
            "each twin is back where it was",
            () => silo.Log);
        foreach ((Standing now, Standing then) in after.Zip(before))
        {
            Assert.True(now.RunningHours >= then.RunningHours, $"{now.Asset}: {now.RunningHours} after {then.RunningHours} running hours");
            Assert.True(now.Starts >= then.Starts, $"{now.Asset}: {now.Starts} after {then.Starts} starts");
            Assert.True(now.ValueTime >= then.ValueTime, $"{now.Asset}: the value of {now.ValueTime:O} after that of {then.ValueTime:O}");
            Assert.Equal(PressureAt((int)(now.ValueTime - Start).TotalSeconds), now.Value);
            Assert.NotEqual("unknown", now.OperatingState);
            Assert.NotEmpty(then.Windows);
            Assert.All(then.Windows, w => Assert.Equal(w.Value, now.Windows[w.Key]));
            Assert.Empty(then.Alerts.Except(now.Alerts));
        }
    }

    private async Task AssertEverySampleHasItsFateAsync(SiloProcess silo, List<StreamedMessage> plan, AcknowledgedStream stream)
    {
        long distinct = plan.Sum(m => m.Values.Count);
        FateSums fates = null!;
        await Eventually.HoldsAsync(
            async () => (fates = await silo.FatesAsync()) is var f && f.Accepted + f.Amended >= distinct,
            Bound,
            $"{distinct} distinct samples met their fates",
            () => $"{fates}\n{silo.Log}");
        output.WriteLine($"{distinct} distinct samples, {stream.Reconnects} reconnects: {fates}");
        Assert.Equal(Kills, stream.Reconnects);
        Assert.Equal((distinct, 0, 0), (fates.Accepted + fates.Amended, fates.Dropped, fates.Rejected));
        Assert.Equal(distinct + fates.Duplicate, fates.Total);

        // Only what was on its way when the silo died can have come twice.
        Assert.InRange(fates.Duplicate, 0, Kills * AcknowledgedStream.InFlight * 2);
    }

    private async Task AssertAcknowledgedIsHistoryAsync(SiloProcess silo, AcknowledgedStream stream)
    {
        Assert.Equal(MessagesPerAsset * Assets.Length * 2, stream.Acknowledged.Count);
        foreach (var metric in stream.Acknowledged.GroupBy(a => (a.Key.AssetId, a.Key.Metric)))
        {
            DateTimeOffset end = metric.Max(a => a.Key.EventTime).AddSeconds(1);
            Dictionary<DateTimeOffset, double> history =
                await silo.HistoryAsync(metric.Key.AssetId, metric.Key.Metric, metric.Min(a => a.Key.EventTime), end);
            List<DateTimeOffset> lost = [.. metric.Where(a => !history.TryGetValue(a.Key.EventTime, out double v) || v != a.Value)
                .Select(a => a.Key.EventTime).Order()];
            Assert.True(
                lost.Count == 0,
                $"{metric.Key}: {lost.Count} acknowledged samples are not in history, the first at {lost.FirstOrDefault():O}");
        }

        output.WriteLine($"{stream.Acknowledged.Count} acknowledged samples are all in history");
    }

    private async Task AssertNoAlertTwiceAsync(SiloProcess silo, MosquittoSubscriber subscriber)
    {
        const int faults = MessagesPerAsset / FaultEvery;
        List<string> listed = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                listed = [.. (await silo.ListAsync("/api/v1/alerts?size=200")).Select(a => a.GetProperty("id").GetString()!)];
                return listed.Count >= faults * Assets.Length * 2;
            },
            Bound,
            "each fault was raised and cleared",
            () => $"{listed.Count} alerts\n{silo.Log}");
        List<string> heard =
            [.. subscriber.Drain().Select(m => JsonSerializer.Deserialize<JsonElement>(m.Payload).GetProperty("id").GetString()!)];
        output.WriteLine($"{listed.Count} alert events in the store, {heard.Count} heard over MQTT");

        Assert.Equal(faults * Assets.Length * 2, listed.Count);
        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.NotEmpty(heard);
        Assert.Empty(heard.Except(listed));

        // At least once over a crash: only what was told shortly before one can be told again.
        Assert.InRange(heard.Count - heard.Distinct().Count(), 0, Kills * Assets.Length * 4);
    }

    /// <summary>
    /// A receiver that was there all the time: by id it has exactly what is in the store, and no asset's alerts out of order.
    /// </summary>
    private async Task AssertEachAlertReachedTheWebhookAsync(SiloProcess silo, WebhookHost webhook)
    {
        List<JsonElement> stored = await silo.ListAsync("/api/v1/alerts?size=200");
        string[] ids = [.. stored.Select(a => a.GetProperty("id").GetString()!).Order(StringComparer.Ordinal)];
        await Eventually.HoldsAsync(
            () => Task.FromResult(webhook.Taken.Distinct().Count() >= ids.Length),
            Bound,
            $"{ids.Length} alerts reached the webhook",
            () => $"{webhook.Taken.Length} calls\n{silo.Log}");
        string[] taken = webhook.Taken;
        output.WriteLine($"{taken.Length} webhook calls for {ids.Length} alerts");

        Assert.Equal(ids, taken.Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(taken.Length - ids.Length, 0, Kills * Assets.Length * 4);
        foreach (IGrouping<string?, JsonElement> asset in webhook.Calls.DistinctBy(c => c.Id).Select(c => c.Json)
            .GroupBy(e => e.GetProperty("partitionkey").GetString()))
        {
            string[] sequence = [.. asset.Select(e => e.GetProperty("sequence").GetString()!)];
            Assert.Equal(sequence.Order(StringComparer.Ordinal), sequence);
        }
    }

    private sealed record Standing(
        string Asset,
        DateTimeOffset ValueTime,
        double Value,
        DateTimeOffset Watermark,
        double RunningHours,
        long Starts,
        string OperatingState,
        Dictionary<DateTimeOffset, (long Count, double Sum)> Windows,
        string[] Alerts);
}
