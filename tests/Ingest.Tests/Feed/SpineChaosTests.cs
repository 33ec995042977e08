using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;
using Millwright.Ingest.Tests.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>Log and feeder through power cuts, failing disks, dying and stumbling twins, from one seed each.</summary>
public sealed class SpineChaosTests
{
    private const int Assets = 8;

    /// <summary>Every so many values the twin throws, each time.</summary>
    private const int PoisonEvery = 61;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task AcknowledgedSamples_ReachTheirTwinOnceAndInOrder(int seed)
    {
        var random = new Random(seed);
        var disk = new MemoryLogDisk();
        var twins = new FakeTwins { Checkpoints = false };
        var acknowledged = new Dictionary<string, List<double>>();
        List<QuarantinedMessage> quarantined = [];
        var poisoned = new HashSet<double>();
        int next = 0;
        for (int life = 0; life < 6; life++)
        {
            using var bench = new FeedBench(
                disk, twins, NewOptions(random), random.Next(3) == 0 ? "" : "a:1");
            twins.Before = batch => Stumble(twins, batch, random);
            quarantined = bench.Quarantined;
            for (int round = 0; round < 40; round++)
            {
                next = await PublishAsync(bench, random, acknowledged, next);
                await DisturbAsync(bench, random);
                await bench.AdvanceAsync(TimeSpan.FromSeconds(random.Next(20)));
            }

            NotePoison(quarantined, poisoned);
            disk.FailSync = disk.FailWrite = false;
            disk = disk.AfterPowerCut(random);
            CrashTwins(twins, random);
        }

        twins.Before = batch => HasPoison(batch) ? throw new InvalidOperationException("poison") : null;
        using var last = new FeedBench(disk, twins);
        for (int i = 0; i < 40; i++)
        {
            // A twin that forgot is found by the next sample, or by the probe.
            await last.AdvanceAsync(TimeSpan.FromSeconds(40));
        }

        NotePoison(last.Quarantined, poisoned);
        Assert.All(poisoned, value => Assert.Equal(0, value % PoisonEvery));
        foreach ((string asset, List<double> values) in acknowledged)
        {
            double[] seen = twins.Values(asset);
            Assert.DoesNotContain(seen, value => value % PoisonEvery == 0);
            values.RemoveAll(poisoned.Contains);
            Assert.Equal(seen.Distinct(), seen);
            Assert.Equal(seen.Order(), seen);
            Assert.Empty(values.Except(seen));
        }

        Assert.Equal(0, last.Status.GapCount);
        Assert.Equal(0, last.Status.BufferedSamples);
    }

    /// <summary>Few in CI; MILLWRIGHT_CHAOS_SEEDS says how many otherwise.</summary>
    public static TheoryData<int> Seeds() =>
        [.. Enumerable.Range(1, int.TryParse(Environment.GetEnvironmentVariable("MILLWRIGHT_CHAOS_SEEDS"), out int count) ? count : 25)];

    private static FeedOptions NewOptions(Random random) => new()
    {
        MaxCalls = 3, MaxBufferedSamples = 60, MaxAssetSamples = 20, ChunkRecords = 7, CatchUpStride = 200,
        MaxOrdinarySamplesUnderWay = 5 + random.Next(20),
    };

    private static bool HasPoison(TelemetryBatch batch) => batch.Samples.Any(s => s.Value % PoisonEvery == 0);

    private static Task? Stumble(FakeTwins twins, TelemetryBatch batch, Random random)
    {
        if (HasPoison(batch))
        {
            if (random.Next(2) == 0)
            {
                twins.Restore(batch.AssetId);
            }

            throw new InvalidOperationException("poison");
        }

        return random.Next(12) switch
        {
            0 => throw new TimeoutException(),
            1 => Task.FromException(new TimeoutException()),
            2 => Task.CompletedTask,
            _ => null,
        };
    }

    private static void NotePoison(List<QuarantinedMessage> quarantined, HashSet<double> poisoned)
    {
        foreach (QuarantinedMessage message in quarantined)
        {
            using var json = System.Text.Json.JsonDocument.Parse(message.Payload);
            poisoned.UnionWith(json.RootElement.EnumerateArray().Select(s => s.GetProperty("value").GetDouble()));
        }
    }

    private static async Task<int> PublishAsync(FeedBench bench, Random random, Dictionary<string, List<double>> acknowledged, int next)
    {
        List<(string Asset, double Value, Task Durable)> sent = [];
        for (int i = random.Next(20); i > 0 && bench.Log.Health.IsHealthy; i--)
        {
            string asset = $"a:{random.Next(Assets)}";
            long position = bench.Add(asset, next);
            sent.Add((asset, next++, bench.Log.WaitDurableAsync(position).AsTask()));
        }

        bench.Log.Pump();
        foreach ((string asset, double value, Task durable) in sent)
        {
            try
            {
                await durable.WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (LogUnavailableException)
            {
                continue;
            }

            if (!acknowledged.TryGetValue(asset, out List<double>? values))
            {
                acknowledged.Add(asset, values = []);
            }

            values.Add(value);
        }

        return next;
    }

    private static async Task DisturbAsync(FeedBench bench, Random random)
    {
        bench.Disk.FailSync = random.Next(8) == 0;
        bench.Disk.FailWrite = random.Next(8) == 0;
        if (random.Next(4) == 0)
        {
            CrashTwins(bench.Twins, random);
        }

        await bench.SettleAsync();
    }

    /// <summary>Some twins write a checkpoint, some die and come back from theirs.</summary>
    private static void CrashTwins(FakeTwins twins, Random random)
    {
        for (int i = 0; i < Assets; i++)
        {
            string asset = $"a:{i}";
            switch (random.Next(3))
            {
                case 0:
                    twins.Checkpoint(asset);
                    break;
                case 1:
                    twins.Restore(asset);
                    break;
                default:
                    break;
            }
        }
    }
}
