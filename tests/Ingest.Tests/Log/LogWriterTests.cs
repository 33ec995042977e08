using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>The writer's own thread, on a clock that the test moves.</summary>
public sealed class LogWriterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task CommitInterval_IsHowLongARecordWaits_FromTheFirstOfItsCommit()
    {
        var time = new ArmedTime();
        using TelemetryLog log = Running(new MemoryLogDisk(), time, TimeSpan.FromMilliseconds(500));
        Task first = log.WaitDurableAsync(LogBench.Append(log, "first")).AsTask();
        await time.Armed(TimeSpan.FromMilliseconds(500)).WaitAsync(Limit);

        time.Clock.Advance(TimeSpan.FromMilliseconds(400));
        Task second = log.WaitDurableAsync(LogBench.Append(log, "second")).AsTask();
        Assert.False(first.IsCompleted);
        time.Clock.Advance(TimeSpan.FromMilliseconds(100));

        await Task.WhenAll(first, second).WaitAsync(Limit);
    }

    [Fact]
    public async Task FullBuffer_DoesNotWaitForTheInterval()
    {
        var time = new ArmedTime();
        using TelemetryLog log = Running(new MemoryLogDisk(), time, TimeSpan.FromSeconds(1));
        long position = LogBench.Append(log, "first");
        await time.Armed(TimeSpan.FromSeconds(1)).WaitAsync(Limit);
        while (log.TryAppend(LogRecordKind.Samples, new byte[8_000], out _))
        {
        }

        await log.WaitDurableAsync(position).AsTask().WaitAsync(Limit);
    }

    [Fact]
    public async Task FailingDisk_EndsNeitherTheWriterNorTheProcess_AndIsTriedAgainByItself()
    {
        var time = new ArmedTime();
        var disk = new MemoryLogDisk();
        var facts = new Facts();
        using TelemetryLog log = Running(disk, time, TimeSpan.Zero, facts);
        disk.FailSync = disk.FailWrite = disk.FailCreate = true;
        await Assert.ThrowsAsync<LogUnavailableException>(() => log.WaitDurableAsync(LogBench.Append(log, "void")).AsTask().WaitAsync(Limit));
        Assert.False(log.Health.IsHealthy);
        for (int i = 0; i < 4; i++)
        {
            // Each try arms the next, longer pause.
            TimeSpan pause = TimeSpan.FromMilliseconds(100 << i);
            await time.Armed(pause).WaitAsync(Limit);
            time.Clock.Advance(pause);
        }

        await time.Armed(TimeSpan.FromMilliseconds(1_600)).WaitAsync(Limit);
        disk.FailSync = disk.FailWrite = disk.FailCreate = false;
        time.Clock.Advance(TimeSpan.FromMilliseconds(1_600));
        await facts.Recovered.WaitAsync(Limit);

        await log.WaitDurableAsync(LogBench.Append(log, "after")).AsTask().WaitAsync(Limit);
        Assert.Equal(["after"], LogBench.Texts(log));
    }

    private static TelemetryLog Running(ILogDisk disk, TimeProvider time, TimeSpan interval, Facts? facts = null)
    {
        LogOptions options = LogBench.Options();
        options.CommitInterval = interval;
        ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<LogInstruments>().BuildServiceProvider();
        return TelemetryLog.Open(
            options, disk, time, services.GetRequiredService<LogInstruments>(), facts ?? new Facts());
    }

    private sealed class Facts : ILogger<TelemetryLog>
    {
        private readonly TaskCompletionSource recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Recovered => recovered.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Name == "LogRecovered")
            {
                recovered.TrySetResult();
            }
        }
    }

    /// <summary>Tells when a timer of a given length is armed, so that a test moves the clock after it and not before.</summary>
    private sealed class ArmedTime : TimeProvider
    {
        private readonly Lock gate = new();
        private readonly Dictionary<TimeSpan, TaskCompletionSource> armed = [];

        public ManualTimeProvider Clock { get; } = new();

        public override long TimestampFrequency => Clock.TimestampFrequency;

        public Task Armed(TimeSpan due) => Signal(due).Task;

        public override DateTimeOffset GetUtcNow() => Clock.GetUtcNow();

        public override long GetTimestamp() => Clock.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = Clock.CreateTimer(callback, state, dueTime, period);
            if (period == Timeout.InfiniteTimeSpan)
            {
                Signal(dueTime).TrySetResult();
            }

            return timer;
        }

        private TaskCompletionSource Signal(TimeSpan due)
        {
            lock (gate)
            {
                if (!armed.TryGetValue(due, out TaskCompletionSource? signal))
                {
                    armed.Add(due, signal = new(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                return signal;
            }
        }
    }
}
