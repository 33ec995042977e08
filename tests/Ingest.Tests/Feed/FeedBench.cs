using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;
using Millwright.Ingest.Tests.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>A log, a feeder that is stepped by hand, and twins to feed.</summary>
internal sealed class FeedBench : IDisposable, IQuarantineStore, ICheckpointBarrier
{
    public FeedBench(MemoryLogDisk? disk = null, FakeTwins? twins = null, FeedOptions? options = null, string safety = "")
    {
        Disk = disk ?? new MemoryLogDisk();
        Twins = twins ?? new FakeTwins();
        Options = options ?? new FeedOptions();
        Log = LogBench.Unpumped(Disk, time: Time);
        Instruments = LogBench.NewFeedInstruments();
        var setup = new FeederSetup(Options, Instruments, Time, new Random(1))
        {
            Priority = new SafetyPrefix(safety),
            Lags = Lags,
            Holds = [Hold],
        };
        Feeder = new Feeder(Log, Twins, this, this, setup, NullLogger<Feeder>.Instance);
    }

    public MemoryLogDisk Disk { get; }

    public FakeTwins Twins { get; }

    public FeedOptions Options { get; }

    public ManualTimeProvider Time { get; } = new();

    public TelemetryLog Log { get; }

    public FeedInstruments Instruments { get; }

    /// <summary>Renewed with each step after a second.</summary>
    public FeedStatus Status => Instruments.Status!;

    public LagDesk Lags { get; } = new();

    /// <summary>Needs nothing unless told otherwise.</summary>
    public BenchHold Hold { get; } = new();

    public Feeder Feeder { get; }

    public List<QuarantinedMessage> Quarantined { get; } = [];

    public bool QuarantineFails { get; set; }

    /// <summary>Most messages that the feeder held in memory for one write.</summary>
    public int LargestQuarantineWrite { get; private set; }

    public bool BarrierFails { get; set; }

    public long Add(string asset, params double[] values) => LogBench.AppendSamples(Log, asset, values);

    /// <summary>Commits what was added and steps until nothing moves.</summary>
    public async Task SettleAsync()
    {
        Log.Pump();
        for (int i = 0; await Feeder.StepAsync(default); i++)
        {
            Assert.True(i < 20_000, "The feeder never comes to rest.");
        }
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        Time.Advance(by);
        await SettleAsync();
    }

    public ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken)
    {
        LargestQuarantineWrite = Math.Max(LargestQuarantineWrite, messages.Length);
        if (QuarantineFails)
        {
            throw new IOException("store away");
        }

        Quarantined.AddRange(messages);
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(
        long? before, string? reason, int limit, CancellationToken cancellationToken) =>
        new([.. Quarantined]);

    public ValueTask SyncAsync(CancellationToken cancellationToken) =>
        BarrierFails ? throw new IOException("store away") : ValueTask.CompletedTask;

    public void Dispose()
    {
        Feeder.Dispose();
        Log.Dispose();
    }

    /// <summary>Assets whose id begins so are of the safety class; none for an empty prefix.</summary>
    private sealed class SafetyPrefix(string prefix) : ILanePriority
    {
        public bool HasSafety => prefix.Length > 0;

        public LaneClass ClassOf(string assetId) =>
            HasSafety && assetId.StartsWith(prefix, StringComparison.Ordinal) ? LaneClass.Safety : LaneClass.Ordinary;
    }

    internal sealed class BenchHold : ILogHold
    {
        public long NeededFrom { get; set; } = long.MaxValue;
    }
}
