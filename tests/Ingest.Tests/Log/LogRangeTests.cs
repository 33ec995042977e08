using Millwright.Ingest.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Log;

/// <summary>Messages of several records, and room for what belongs together.</summary>
public sealed class LogRangeTests
{
    [Fact]
    public async Task Message_IsNotDurable_WhenItsFirstRecordIsVoid_AndItsLastIsNot()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        LogBench.Append(log, "kept");
        log.Pump();
        long first = LogBench.Append(log, "first");
        FailOnce(disk, log);
        long last = LogBench.Append(log, "last");
        Task wait = log.WaitDurableAsync(first, last).AsTask();
        log.Pump();

        await Assert.ThrowsAsync<LogUnavailableException>(() => wait);
        await log.WaitDurableAsync(last, last);
        Assert.Equal((false, true), (log.IsDurable(first), log.IsDurable(last)));
        Assert.Null(log.IsDurable(LogBench.Append(log, "waits")));
    }

    [Fact]
    public async Task VoidRecord_StaysVoid_AfterAnyNumberOfFailures()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        long lost = LogBench.Append(log, "lost");
        for (int i = 0; i < 1_100; i++)
        {
            FailOnce(disk, log);
            LogBench.Append(log, "good");
            Assert.True(log.Pump());
            LogBench.Append(log, "bad");
        }

        await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.WaitDurableAsync(lost));
        Assert.False(log.IsDurable(lost));
    }

    [Fact]
    public void Writer_SaysWhereItsMessageBegins()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        var writer = new LogRecordWriter(log);
        for (int i = 0; i < 2; i++)
        {
            Write(writer, 3, 10);
            Assert.True(writer.TryAppend(out long last));
            log.Pump();

            Assert.Equal(last, LogBench.ReadAll(log)[^1].Position);
            Assert.Equal(writer.First, LogBench.ReadAll(log)[^3].Position);
        }

        writer.Start(DateTimeOffset.UnixEpoch);
        Assert.True(writer.TryAppend(out long none));
        Assert.Equal((-1L, -1L), (writer.First, none));
    }

    /// <summary>At the bound a group that is too large for what is left is refused; it does not take others down with it.</summary>
    [Fact]
    public async Task Group_IsRefusedAtTheBound_AndWhatOthersAppendedIsKept()
    {
        var disk = new MemoryLogDisk();
        LogOptions options = LogBench.Options();
        options.MaxDiskBytes = 4 * (options.SegmentBytes + 128L);
        options.SlowFrom = 1;
        using TelemetryLog log = LogBench.Unpumped(disk, options);
        while (LogBench.Segments(disk).Length < 4)
        {
            LogBench.Append(log, new string('x', 10_000));
            log.Pump();
        }

        LogBench.Append(log, new string('x', 16_000));
        log.Pump();
        var writer = new LogRecordWriter(log);
        long other = LogBench.Append(log, "other");
        Task wait = log.WaitDurableAsync(other).AsTask();
        Write(writer, 4, 14_000);
        writer.Join(LogRecordKind.MqttSession, "receipt"u8);
        Assert.True(writer.FitsOneCommit);

        Assert.False(writer.TryAppend(out _));
        Assert.True(log.Pump());
        await wait;
        LogUnavailableException refusal = Assert.Throws<LogUnavailableException>(() => writer.TryAppend(out _));
        Assert.Equal(LogUnavailableException.Full, refusal.Code);
        Assert.True(log.Health.IsHealthy);

        log.Truncate(log.DurableEnd);
        Assert.True(writer.TryAppend(out _));
        Assert.True(log.Pump());
        Assert.True(log.Health.IsHealthy);
    }

    [Fact]
    public void FailedSegment_KeepsNoReservation()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        LogBench.Append(log, "kept");
        log.Pump();
        long before = log.DiskBytes;
        LogBench.Append(log, "lost");
        FailOnce(disk, log);

        // The header and what counts of the failed segment, beside a whole new one.
        long kept = 128 + 18 + 17 + 4;
        Assert.Equal(before + kept, log.DiskBytes);
    }

    private static void FailOnce(MemoryLogDisk disk, TelemetryLog log)
    {
        disk.FailSync = true;
        log.Pump();
        disk.FailSync = false;
        Assert.True(log.Pump());
    }

    private static void Write(LogRecordWriter writer, int assets, int bytes)
    {
        writer.Start(DateTimeOffset.UnixEpoch);
        for (int i = 0; i < assets; i++)
        {
            writer.Begin($"a:{i}");
            writer.Sample("m", DateTimeOffset.UnixEpoch, 0, new string('t', bytes), SampleQuality.Good, false);
            writer.End();
        }
    }
}
