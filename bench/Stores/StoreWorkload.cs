using System.Collections.Concurrent;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Bench.Stores;

/// <summary>The same writes for each store: blocks and minutes as twins make them, and alerts.</summary>
internal sealed class StoreWorkload(ITwinStore twins, IAlertStore alerts, TimeSpan length)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>State and blocks are packed already: they do not shrink.</summary>
    private static readonly byte[] Noise = MakeNoise();

    /// <summary>Each of so many twins saves again as soon as it is answered: 4 blocks, 4 minutes, 16 KiB of state.</summary>
    public async Task<StoreMeasurement> SavesAsync(int writers)
    {
        long begin = TimeProvider.System.GetTimestamp();
        var took = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(async () =>
        {
            for (long epoch = 0; TimeProvider.System.GetElapsedTime(begin) < length; epoch++)
            {
                TwinCheckpoint checkpoint = Checkpoint($"acme:{i}", epoch, blocks: 4, windows: 4, bytes: 240);
                long asked = TimeProvider.System.GetTimestamp();
                await twins.SaveAsync(checkpoint, default);
                took.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
            }
        })));
        return StoreMeasurement.Of($"checkpoints, {writers} twins at once", took, TimeProvider.System.GetElapsedTime(begin));
    }

    /// <summary>One twin with 1,000 blocks and as many windows in each checkpoint.</summary>
    public async Task<StoreMeasurement> LargeSavesAsync()
    {
        long begin = TimeProvider.System.GetTimestamp();
        var took = new ConcurrentBag<double>();
        for (long epoch = 0; epoch < 10; epoch++)
        {
            TwinCheckpoint checkpoint = Checkpoint("acme:large", epoch, blocks: 1_000, windows: 1_000, bytes: 1_000);
            long asked = TimeProvider.System.GetTimestamp();
            await twins.SaveAsync(checkpoint, default);
            took.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
        }

        return StoreMeasurement.Of("checkpoints of 1,000 blocks", took, TimeProvider.System.GetElapsedTime(begin));
    }

    public async Task<StoreMeasurement> AlertsAsync(int writers)
    {
        long begin = TimeProvider.System.GetTimestamp();
        var took = new ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(i => Task.Run(async () =>
        {
            for (int n = 0; TimeProvider.System.GetElapsedTime(begin) < length; n++)
            {
                long asked = TimeProvider.System.GetTimestamp();
                await alerts.AppendAsync(Alert($"{i}-{n}", $"acme:{i}"), default);
                took.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
            }
        })));
        return StoreMeasurement.Of($"alerts, {writers} at once", took, TimeProvider.System.GetElapsedTime(begin));
    }

    private static TwinCheckpoint Checkpoint(string asset, long epoch, int blocks, int windows, int bytes) => new()
    {
        AssetId = asset,
        ExpectedEpoch = epoch,
        Snapshot = Noise,
        Blocks =
        [
            .. Enumerable.Range(0, blocks).Select(b => new HistoryBlock
            {
                Metric = $"m{b % 50}", First = Start.AddMinutes(epoch), Last = Start.AddMinutes(epoch + 1), Count = 60,
                Data = Noise.AsMemory(0, bytes), Sequence = (epoch * blocks) + b + 1, Hash = new byte[32],
            }),
        ],
        Windows =
        [
            .. Enumerable.Range(0, windows).Select(w => new WindowResult
            {
                AssetId = asset, Metric = $"m{w % 50}", Kind = "tumbling", Start = Start.AddMinutes((epoch * 20) + (w / 50)),
                End = Start.AddMinutes((epoch * 20) + (w / 50) + 1), Revision = 1, IsClosed = true, Count = 60, Sum = 60, Minimum = 1,
                Maximum = 1, Mean = 1, StandardDeviation = 0, First = 1, Last = 1, Completeness = 1, Size = TimeSpan.FromMinutes(1),
            }),
        ],
    };

    private static byte[] MakeNoise()
    {
        var noise = new byte[16_384];
        new Random(1).NextBytes(noise);
        return noise;
    }

    private static AlertEvent Alert(string id, string asset) => new()
    {
        Id = id,
        AlertId = id,
        Kind = AlertKind.Raised,
        AssetId = asset,
        AlertName = "BearingWear",
        Subject = "vibration",
        EventTime = Start,
        RecordedTime = Start,
        Sequence = 1,
        Severity = 500,
        Audiences = Audiences.Maintenance,
        Category = AlertCategory.Machine,
        IncidentId = id,
        Summary = "vibration is far above its baseline",
        Explanation = new AlertExplanation
        {
            DetectorId = "d", DetectorKind = "robust-z", DetectorVersion = "1", Score = 4.5, Threshold = 3, WindowStart = Start,
            WindowEnd = Start.AddMinutes(1), Completeness = 1,
            Contributions = [new Contribution { Metric = "vibration", Observed = 5, Baseline = 4, Unit = "mm/s", Share = 4.5 }],
            Counterfactual = "vibration <= 4.2", OperatingState = "running",
        },
    };
}
