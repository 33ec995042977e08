using Millwright.Recordings;
using Millwright.Recordings.Replay;
using Millwright.Recordings.Sets;
using Millwright.Simulation.Publishing;
using Millwright.Testing.Time;

namespace Millwright.Cli.Tests.Recordings;

public sealed class ReplayerTests
{
    private static readonly DateTimeOffset First = new(2022, 8, 31, 22, 0, 0, TimeSpan.Zero);
    private readonly ManualTimeProvider time = new();
    private readonly RecordedPublisher publisher = new();

    public ReplayerTests()
    {
        // The replayer goes on inside Advance, on this thread; a captured context would post it elsewhere.
        SynchronizationContext.SetSynchronizationContext(null);
    }

    [Fact]
    public async Task RunAsync_AsFastAsPossible_NeedsNoTime()
    {
        ReplayProgress result = await RunAsync(new ReplayOptions(), 0, 300, 600);

        Assert.Equal(3, result.Messages);
        Assert.Equal(3, result.Samples);
        Assert.Equal(First.AddSeconds(600), result.LastEventTime);
    }

    [Fact]
    public async Task RunAsync_AtASpeed_WaitsForTheScaledPause()
    {
        Task<ReplayProgress> run = RunAsync(new ReplayOptions { Speed = 100 }, 0, 300, 600);

        Assert.Single(publisher.Payloads);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Single(publisher.Payloads);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(2, publisher.Payloads.Count);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3, (await run).Messages);
    }

    [Fact]
    public async Task RunAsync_OverANight_PausesNoLongerThanTheBound()
    {
        Task<ReplayProgress> run = RunAsync(new ReplayOptions { Speed = 1, MaxPause = TimeSpan.FromSeconds(5) }, 0, 36_000);

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, (await run).Messages);
    }

    [Fact]
    public async Task RunAsync_WhenShifted_MovesEveryEventTimeAlike()
    {
        await RunAsync(new ReplayOptions { Shift = TimeSpan.FromDays(1) }, 0, 300);

        Assert.Equal([First.AddDays(1).ToUnixTimeMilliseconds(), First.AddDays(1).AddSeconds(300).ToUnixTimeMilliseconds()],
            publisher.Times);
    }

    [Fact]
    public async Task RunAsync_Twice_GivesTheSameBytes()
    {
        await RunAsync(new ReplayOptions(), 0, 1, 2);
        string[] before = [.. publisher.Payloads];
        publisher.Payloads.Clear();

        await RunAsync(new ReplayOptions(), 0, 1, 2);

        Assert.Equal(before, publisher.Payloads);
    }

    private Task<ReplayProgress> RunAsync(ReplayOptions options, params double[] seconds)
    {
        IEnumerable<RecordedRecord> records = seconds.Select(s => new RecordedRecord
        {
            AssetId = "sme:machine-0",
            EventTime = First.AddSeconds(s),
            Values = [new RecordedValue("power", 2)],
        });
        return new Replayer(publisher, time).RunAsync(new EnergySmeSet(), records, options, CancellationToken.None);
    }

    private sealed class RecordedPublisher : ITelemetryPublisher
    {
        public List<string> Payloads { get; } = [];

        public IEnumerable<long> Times => Payloads
            .Select(p => System.Text.Json.JsonDocument.Parse(p).RootElement.GetProperty("ts").GetInt64());

        public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken)
        {
            Payloads.Add(System.Text.Encoding.UTF8.GetString(payload.Span));
            return ValueTask.CompletedTask;
        }
    }
}
