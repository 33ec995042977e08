using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Tests.Log;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>Log and feeder through power cuts, failing disks, dying and stumbling twins, from one seed each.</summary>
public sealed class SpineChaosTests
{
    private const int Assets = 8;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task AcknowledgedSamples_ReachTheirTwinOnceAndInOrder(int seed)
    {
        var random = new Random(seed);
        var disk = new MemoryLogDisk();
        var twins = new FakeTwins { Checkpoints = false };
        var acknowledged = new Dictionary<string, List<double>>();
        int next = 0;
        for (int life = 0; life < 6; life++)
        {
            using var bench = new FeedBench(
                disk, twins, new FeedOptions { MaxCalls = 3, MaxBufferedSamples = 60, MaxAssetSamples = 20, ChunkRecords = 7 });
            twins.Before = _ => random.Next(12) switch
            {
                0 => throw new TimeoutException(),
                1 => Task.FromException(new TimeoutException()),
                2 => Task.CompletedTask,
                _ => null,
            };
            for (int round = 0; round < 40; round++)
            {
                next = await PublishAsync(bench, random, acknowledged, next);
                await DisturbAsync(bench, random);
                await bench.AdvanceAsync(TimeSpan.FromSeconds(random.Next(20)));
            }

            disk.FailSync = disk.FailWrite = false;
            disk = disk.AfterPowerCut(random);
            CrashTwins(twins, random);
        }

        twins.Before = null;
        using var last = new FeedBench(disk, twins);
        for (int i = 0; i < 20; i++)
        {
            // A twin that forgot is found by the next sample, or by the probe.
            await last.AdvanceAsync(TimeSpan.FromSeconds(40));
        }

        foreach ((string asset, List<double> values) in acknowledged)
        {
            double[] seen = twins.Values(asset);
            Assert.Equal(seen.Distinct(), seen);
            Assert.Equal(seen.Order(), seen);
            Assert.Empty(values.Except(seen));
        }

        Assert.Empty(last.Quarantined);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 40)];

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
