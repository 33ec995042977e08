using Millwright.Simulation.Publishing;
using Millwright.Testing.Time;

namespace Millwright.Simulation.Tests;

public sealed class SimulatorRunnerTests
{
    private readonly ManualTimeProvider time = new(SimulatedRun.Start);
    private readonly RecordedPublisher publisher = new();

    public SimulatorRunnerTests()
    {
        // The runner goes on inside Advance, on this thread; a captured context would post it elsewhere.
        SynchronizationContext.SetSynchronizationContext(null);
    }

    [Fact]
    public async Task RunAsync_PublishesNothingBeforeItsEventTime()
    {
        Task<SimulatorProgress> run = Runner(start: SimulatedRun.Start, seconds: 3).RunAsync(CancellationToken.None);

        for (int i = 0; i < 12; i++)
        {
            Assert.True(publisher.LatestTick <= time.GetUtcNow());
            time.Advance(TimeSpan.FromMilliseconds(250));
        }

        Assert.True(run.IsCompleted);
        Assert.Equal(publisher.Count, (await run).Messages);
        Assert.True(publisher.Count > 60);
    }

    [Fact]
    public async Task RunAsync_WhenItStartsInThePast_CatchesUpAtItsSpeedAndThenRunsInRealTime()
    {
        SimulatorRunner runner = Runner(start: SimulatedRun.Start.AddSeconds(-90), seconds: 100, speed: 10);
        Task<SimulatorProgress> run = runner.RunAsync(CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(run.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5.25));

        Assert.True(run.IsCompleted);
        Assert.Equal(SimulatedRun.Start.AddSeconds(10), (await run).EventTime);
    }

    [Fact]
    public async Task RunAsync_WhenCancelled_EndsWithoutAnError()
    {
        using var stop = new CancellationTokenSource();
        Task<SimulatorProgress> run = Runner(SimulatedRun.Start, seconds: 1000).RunAsync(stop.Token);
        time.Advance(TimeSpan.FromSeconds(1));

        await stop.CancelAsync();

        Assert.True((await run).Messages > 0);
    }

    [Fact]
    public async Task RunAsync_WhenCancelledWhileNobodyAcknowledges_EndsWithoutWaiting()
    {
        using var stop = new CancellationTokenSource();
        var held = new HeldPublisher();
        Task<SimulatorProgress> run = new SimulatorRunner(
            new PlantSimulation(new SimulationOptions { Start = SimulatedRun.Start }), held, time).RunAsync(stop.Token);
        time.Advance(TimeSpan.FromSeconds(2));

        await stop.CancelAsync();

        Assert.Equal(held.Sent, (await run).Messages);
    }

    [Fact]
    public async Task PublishWindow_KeepsNoMoreInFlightThanItsSize()
    {
        var slow = new HeldPublisher();
        var window = new PublishWindow(slow, 3);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(window.PublishAsync("t", default, 1, CancellationToken.None).AsTask().IsCompleted);
        }

        Task fourth = window.PublishAsync("t", default, 1, CancellationToken.None).AsTask();
        Assert.False(fourth.IsCompleted);
        slow.AcknowledgeOldest();
        await fourth;

        Assert.Equal(1, window.Acknowledged);
        Assert.Equal(4, slow.Sent);
    }

    private SimulatorRunner Runner(DateTimeOffset start, double seconds, double speed = 1)
        => new(new PlantSimulation(new SimulationOptions { Start = start }), publisher, time)
        {
            Speed = speed,
            End = start.AddSeconds(seconds),
            Progress = p => publisher.LatestTick = p.EventTime - PlantSimulation.Tick,
        };

    private sealed class RecordedPublisher : ITelemetryPublisher
    {
        public long Count { get; private set; }

        public DateTimeOffset LatestTick { get; set; }

        public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken)
        {
            Count++;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class HeldPublisher : ITelemetryPublisher
    {
        private readonly Queue<TaskCompletionSource> held = [];

        public int Sent { get; private set; }

        public void AcknowledgeOldest() => held.Dequeue().SetResult();

        public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken)
        {
            Sent++;
            var acknowledged = new TaskCompletionSource();
            held.Enqueue(acknowledged);
            return new ValueTask(acknowledged.Task.WaitAsync(cancellationToken));
        }
    }
}
