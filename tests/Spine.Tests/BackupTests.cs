using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>A backup that is made under load is one: what was acknowledged before it began is in it, and the silo made of it goes on.</summary>
public sealed class BackupTests(ITestOutputHelper output)
{
    private const int MessagesPerAsset = 4_000;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);
    private static readonly string[] Assets = ["acme.lyon:press-1", "acme.lyon:press-2", "acme.lyon:press-3"];

    [Fact]
    public async Task BackupUnderLoad_RestoredElsewhere_HoldsWhatWasAcknowledgedBefore_AndGoesOn()
    {
        string folder = Directory.CreateTempSubdirectory("millwright-backup").FullName;
        string backup = Path.Combine(folder, "backup");
        string plant = Repository.TestPlant("lyon");
        List<StreamedMessage> plan = [.. Plan(0, MessagesPerAsset)];
        Dictionary<(string AssetId, string Metric, DateTimeOffset EventTime), double> before;
        await using (SiloProcess silo = await SiloProcess.StartAsync(
            plant, "--Twins:CheckpointInterval=00:00:01", "--Ingest:Feed:TruncateInterval=00:00:01", "--Ingest:Log:SegmentBytes=65536",
            "--Ingest:Log:MaxPendingBytes=65536", "--Ingest:Log:MaxRecordBytes=32768"))
        {
            using var stream = new AcknowledgedStream(silo.MqttPort);
            Task streaming = stream.RunAsync(plan);
            stream.Allow(plan.Count / 2);
            await Eventually.HoldsAsync(
                () => Task.FromResult(stream.Messages >= plan.Count / 2), Bound, "half is acknowledged", () => silo.Log);
            before = new(stream.Acknowledged);
            stream.Allow(plan.Count);

            (int code, string text) = await Tool.RunAsync("backup", "--url", $"http://127.0.0.1:{silo.HttpPort}", "--to", backup);
            int during = stream.Messages;

            Assert.True(code == 0, text);
            await streaming.WaitAsync(Bound);
            output.WriteLine($"{before.Count} samples acknowledged before, {during} of {plan.Count} messages when it ended");
            (code, text) = await Tool.RunAsync("verify", "--data-dir", silo.DataDirectory);
            Assert.True(code == 0, $"verify of the running silo: {text}");
            await silo.KillAsync();
        }

        await using SiloProcess restored = await SiloProcess.StartOnAsync(plant, async data =>
        {
            (int code, string text) = await Tool.RunAsync("restore", "--from", backup, "--to", data);
            Assert.True(code == 0, text);
        });
        await HistoryHoldsAsync(restored, before);
        using var more = new AcknowledgedStream(restored.MqttPort);
        more.Allow(int.MaxValue);
        await more.RunAsync(Plan(MessagesPerAsset, 300)).WaitAsync(Bound);
        await HistoryHoldsAsync(restored, more.Acknowledged);

        (int verified, string report) = await Tool.RunAsync("verify", "--data-dir", restored.DataDirectory);
        Assert.True(verified == 0, report);
        output.WriteLine(report.Trim());
        Directory.Delete(folder, recursive: true);
    }

    private static async Task HistoryHoldsAsync(
        SiloProcess silo, IReadOnlyDictionary<(string AssetId, string Metric, DateTimeOffset EventTime), double> expected)
    {
        foreach (var series in expected.GroupBy(e => (e.Key.AssetId, e.Key.Metric)))
        {
            Dictionary<DateTimeOffset, double> history = [];
            await Eventually.HoldsAsync(
                async () =>
                {
                    history = await silo.HistoryAsync(series.Key.AssetId, series.Key.Metric, Start, Start.AddDays(1));
                    return series.All(e => history.TryGetValue(e.Key.EventTime, out double value) && value == e.Value);
                },
                Bound,
                $"{series.Key} holds {series.Count()} samples",
                () => $"{history.Count} there, {series.Count(e => !history.ContainsKey(e.Key.EventTime))} missing\n{silo.Log}");
        }
    }

    private static IEnumerable<StreamedMessage> Plan(int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            foreach (string asset in Assets)
            {
                yield return new StreamedMessage(
                    asset, Start.AddSeconds(i), new Dictionary<string, double> { ["pressure"] = 50 + (i % 17), ["power"] = 12 });
            }
        }
    }
}
