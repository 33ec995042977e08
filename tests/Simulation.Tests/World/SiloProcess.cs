using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Grains;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Payloads;
using Millwright.Plant;
using Millwright.Silo.Hosting;
using Millwright.Simulation.Tests.Disk;
using Millwright.Simulation.Tests.Network;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.Store;
using Millwright.Twins;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Millwright.Simulation.Tests.World;

/// <summary>What outlives a process, and what it is made with.</summary>
internal sealed record SiloSetup(
    RunOptions Options, SimulatedDisk Disk, StoreMedium Medium, WorldTime Time, Random Random, Trace Trace,
    Action<string, object?> Published);

/// <summary>
/// One life of a silo: the real log, intake, feeder, grains and runtime, on simulated ports and one thread. Nothing of it is disposed when
/// it is killed.
/// </summary>
internal sealed class SiloProcess
{
    private static readonly GrainManifest Manifest = new([typeof(AssetTwinGrain).Assembly]);
    private static readonly PayloadDecoder Decoder = new(SimulatedPlant.Model);

    private readonly MeterSource meters = new();
    private readonly ServiceProvider services;

    /// <exception cref="ProcessDeadException">It was killed while it started.</exception>
    public SiloProcess(SiloSetup setup, Mortality life)
    {
        Life = life;
        Loop = new EventLoop(setup.Random, life);
        SynchronizationContext.SetSynchronizationContext(Loop);
        Clock = new SimulatedClock(setup.Time);
        Store = new ProcessStore(setup.Medium, life, setup.Random, setup.Trace);
        var stores = new SimulatedStores(Store);
        Stores = stores;
        services = Compose(setup, stores);
        Silo = services.GetRequiredService<LocalSilo>();
        Grains = services.GetRequiredService<IGrainFactory>();
        Network = new SimulatedNetwork(new GrainTwinCaller(Grains), Clock, setup.Random, setup.Trace);
        _ = Silo.StartAsync(CancellationToken.None);
        Log = TelemetryLog.OpenUnpumped(
            LogOptions(setup.Options),
            new ProcessDisk(setup.Disk, life, setup.Random, setup.Trace),
            Clock,
            new LogInstruments(meters),
            NullLogger<TelemetryLog>.Instance);
        Intake = new TelemetryIntake(Decoder, Log, new IntakeInstruments(meters), Clock);
        Inlet = setup.Options.Bug == PlantedBug.AcknowledgeBeforeFsync ? new EagerInlet(Intake) : Intake;
        FeedInstruments = new FeedInstruments(meters);
        Feeder = new Feeder(
            Log, Network, stores, Store, new FeederSetup(FeedOptions(), FeedInstruments, Clock, new Random(setup.Random.Next())),
            NullLogger<Feeder>.Instance);
    }

    public Mortality Life { get; }

    public EventLoop Loop { get; }

    public SimulatedClock Clock { get; }

    public ProcessStore Store { get; }

    public SimulatedStores Stores { get; }

    public LocalSilo Silo { get; }

    public IGrainFactory Grains { get; }

    public SimulatedNetwork Network { get; }

    public TelemetryLog Log { get; }

    public TelemetryIntake Intake { get; }

    public IMqttInlet Inlet { get; }

    public Feeder Feeder { get; }

    public FeedInstruments FeedInstruments { get; }

    /// <summary>The feeder's round that has not come to its end.</summary>
    public Task<bool>? Step { get; set; }

    /// <summary>Meters are known to the whole program, so they alone do not die by being forgotten.</summary>
    public void Bury() => meters.Dispose();

    private static LogOptions LogOptions(RunOptions options) => new()
    {
        Name = "sim",
        SegmentBytes = 6 << 10,
        MaxPendingBytes = 64 << 10,
        MaxRecordBytes = 16 << 10,
        Durability = options.Durability,
        KeepsTornTail = options.Bug == PlantedBug.NoTornTailCut,
    };

    private static FeedOptions FeedOptions() => new()
    {
        MaxCalls = 2,
        MaxBufferedSamples = 60,
        MaxAssetSamples = 24,
        ChunkRecords = 5,
        TruncateInterval = TimeSpan.FromSeconds(5),
        ProbeInterval = TimeSpan.FromSeconds(20),
    };

    private static TwinOptions TwinOptions(RunOptions options) => new()
    {
        CheckpointInterval = TimeSpan.FromSeconds(6),
        CheckpointSamples = 60,
        PokeInterval = TimeSpan.FromSeconds(2),
        ReturnGrace = TimeSpan.FromSeconds(10),
        DeliversFirst = options.Bug == PlantedBug.OutboxBeforeCheckpoint,
    };

    private ServiceProvider Compose(SiloSetup setup, SimulatedStores stores)
    {
        ITwinStore twins = setup.Options.Bug == PlantedBug.PositionNotSaved ? new ForgetfulTwinStore(stores) : stores;
        var collection = new ServiceCollection();
        collection.AddSingleton<TimeProvider>(Clock);
        collection.AddSingleton<TurnPool>(new LoopTurns(Loop));
        collection.AddSingleton(Manifest);
        collection.AddOrleans(silo => silo.Configure<SiloMessagingOptions>(o => o.MaxEnqueuedRequestsHardLimit = 10_000));
        collection.AddSingleton<IMeterFactory>(meters);
        collection.AddSingleton(SimulatedPlant.Model);
        collection.AddSingleton<TwinCatalogue>();
        collection.AddSingleton<TwinInstruments>();
        collection.AddSingleton(Microsoft.Extensions.Options.Options.Create(TwinOptions(setup.Options)));
        collection.AddSingleton(twins);
        collection.AddSingleton<IAlertStore>(stores);
        collection.AddKeyedSingleton<IGrainStorage>(GrainStores.Default, stores);
        collection.AddKeyedSingleton<IStreamProvider>(TwinStreams.Provider, new RecordedStreams((name, item) =>
        {
            Life.Check();
            setup.Published(name, item);
        }));
        return collection.BuildServiceProvider();
    }

    private sealed class MeterSource : IMeterFactory
    {
        private readonly Dictionary<string, Meter> made = new(StringComparer.Ordinal);

        public Meter Create(MeterOptions options)
        {
            if (!made.TryGetValue(options.Name, out Meter? meter))
            {
                made.Add(options.Name, meter = new Meter(options.Name));
            }

            return meter;
        }

        public void Dispose()
        {
            foreach (Meter meter in made.Values)
            {
                meter.Dispose();
            }
        }
    }
}
