using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Payloads;
using Millwright.Ingest.Tests.Log;
using Millwright.Plant;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>One life of a server whose messages and sessions go to a real log, which commits when the test says so.</summary>
internal sealed class JournalEndpoint : IDisposable, IMqttSessionJournal
{
    private static readonly IntakeInstruments Instruments = NewInstruments();

    private readonly SemaphoreSlim appended = new(0);
    private readonly SessionJournal journal;

    public JournalEndpoint(MemoryLogDisk disk, IMqttSessionStore store)
    {
        Disk = disk;
        Log = LogBench.Unpumped(disk, time: Time);
        journal = new SessionJournal(Log, NullLogger<SessionJournal>.Instance);
        Intake = new TelemetryIntake(new PayloadDecoder(PlantModel.Empty), Log, Instruments, Time);
        Server = new MqttServer(
            new MqttServerOptions { Address = "127.0.0.1", Port = 0 },
            Intake,
            new MqttServices { Time = Time, SessionStore = store, Journal = this });
    }

    public MemoryLogDisk Disk { get; }

    public ManualTimeProvider Time { get; } = new();

    public TelemetryLog Log { get; }

    public TelemetryIntake Intake { get; }

    public MqttServer Server { get; }

    public SessionJournal Journal => journal;

    string IMqttSessionJournal.LogId => journal.LogId;

    long IMqttSessionJournal.DurableEnd => journal.DurableEnd;

    public static async Task<JournalEndpoint> StartAsync(MemoryLogDisk disk, IMqttSessionStore store)
    {
        var endpoint = new JournalEndpoint(disk, store);
        await endpoint.Server.StartAsync(CancellationToken.None);
        return endpoint;
    }

    public RawClient Open()
    {
        var pair = new DuplexPair();
        return new RawClient(pair.Client) { Served = Server.AcceptAsync(pair.Server, "memory") };
    }

    /// <summary>Completes when a session event other than a receipt was appended.</summary>
    public async Task AppendedAsync() => Assert.True(await appended.WaitAsync(RawClient.Bound), "nothing was appended");

    /// <summary>Lets the server save what changed.</summary>
    public void Tick() => Time.Advance(TimeSpan.FromMilliseconds(500));

    /// <summary>Nothing of it reaches a disk any more that somebody looks at.</summary>
    public void Dispose()
    {
        Log.Dispose();
        appended.Dispose();
    }

    long IMqttSessionJournal.Append(MqttSessionEvent sessionEvent)
    {
        long position = journal.Append(sessionEvent);
        appended.Release();
        return position;
    }

    void IMqttSessionJournal.Replay(long from, Action<MqttSessionEvent> apply) => journal.Replay(from, apply);

    void IMqttSessionJournal.Hold(object owner, long from) => journal.Hold(owner, from);

    private static IntakeInstruments NewInstruments() => new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
}
