using Millwright.Ingest.Mqtt.Client;
using Millwright.Recordings;
using Millwright.Recordings.Replay;
using Millwright.Recordings.Sets;
using Millwright.Simulation.Publishing;

namespace Millwright.Spine.Tests.Stage;

/// <summary>A silo with the plant of a recording, after that was replayed into it over MQTT and every sample met its fate.</summary>
internal sealed class ReplayedSilo : IAsyncDisposable
{
    /// <summary>A curve of many samples becomes three: its greatest, mean and last.</summary>
    private const int SamplesPerBlock = 3;

    /// <summary>Of the torque over the angle seven features, and the version of their definition.</summary>
    private const int SamplesPerCurve = 8;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private ReplayedSilo(SiloProcess silo, IReadOnlyList<RecordedRecord> records, FateSums fates, TimeSpan took)
    {
        Silo = silo;
        Records = records;
        Fates = fates;
        Took = took;
    }

    public SiloProcess Silo { get; }

    public IReadOnlyList<RecordedRecord> Records { get; }

    public FateSums Fates { get; }

    /// <summary>From the first message to the last sample's fate.</summary>
    public TimeSpan Took { get; }

    public long Samples => CountOf(Records);

    public static async Task<ReplayedSilo> StartAsync(string set, int limit, params string[] assets)
    {
        RecordingSet recording = RecordingSets.Find(set)!;
        var reader = RecordingReader.Open(recording, Repository.Data, new RecordingOptions { Assets = assets, Strict = true });
        List<RecordedRecord> records = [.. reader.Records().Take(limit)];
        SiloProcess silo = await SiloProcess.StartAsync(Repository.PlantOf(recording.Folder));
        try
        {
            long begin = TimeProvider.System.GetTimestamp();
            await ReplayAsync(silo, recording, records);
            FateSums fates = await SettledAsync(silo, CountOf(records));
            return new ReplayedSilo(silo, records, fates, TimeProvider.System.GetElapsedTime(begin));
        }
        catch
        {
            // The caller gets nothing to dispose.
            await silo.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Silo.DisposeAsync();

    private static long CountOf(IReadOnlyList<RecordedRecord> records) =>
        records.Sum(r => r.Values.Count + r.Blocks.Sum(b => b.Name == "torque_curve" ? SamplesPerCurve : SamplesPerBlock));

    private static async Task ReplayAsync(SiloProcess silo, RecordingSet recording, List<RecordedRecord> records)
    {
        var address = new MqttClientOptions { Host = "127.0.0.1", Port = silo.MqttPort, ClientId = "replay" };
        await using MqttTelemetryPublisher publisher =
            await MqttTelemetryPublisher.ConnectAsync(address, TimeProvider.System, CancellationToken.None);
        ReplayProgress progress = await new Replayer(publisher, TimeProvider.System)
            .RunAsync(recording, records, new ReplayOptions(), CancellationToken.None);
        Assert.Equal(records.Count, progress.Messages);
    }

    private static async Task<FateSums> SettledAsync(SiloProcess silo, long samples)
    {
        FateSums? last = null;
        return await Eventually.FindAsync(
            async () => (last = await silo.FatesAsync()).Total == samples && last.Ingested == samples ? last : null,
            Bound,
            $"each of {samples} samples met its fate",
            () => $"{last}\n{silo.Log}");
    }
}
