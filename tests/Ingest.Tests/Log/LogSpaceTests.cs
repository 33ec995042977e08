using System.Text;
using Microsoft.Extensions.Options;
using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>What is kept, what goes, and what sources meet when there is little room.</summary>
public sealed class LogSpaceTests
{
    private const int Segment = 64 << 10;

    [Fact]
    public void RetainFor_KeepsWhatIsNotNeeded_UntilItsTimeHasPassed()
    {
        var time = new ManualTimeProvider();
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk, With(o => o.RetainFor = TimeSpan.FromHours(1)), time);
        Fill(log, 3 * Segment);
        int before = LogBench.Segments(disk).Length;

        Assert.False(log.Truncate(log.DurableEnd));
        time.Advance(TimeSpan.FromMinutes(59));
        log.Pump();
        Assert.Equal(before, LogBench.Segments(disk).Length);

        // Time alone, with nobody truncating and nothing coming in.
        time.Advance(TimeSpan.FromMinutes(1));
        log.Pump();
        Assert.Single(LogBench.Segments(disk));
    }

    [Fact]
    public void RetainFor_CountsFromTheSegmentsOwnTime_OverARestart()
    {
        var time = new ManualTimeProvider();
        var disk = new MemoryLogDisk();
        LogOptions options = With(o => o.RetainFor = TimeSpan.FromHours(1));
        using (TelemetryLog log = LogBench.Unpumped(disk, options, time))
        {
            Fill(log, 3 * Segment);
        }

        time.Advance(TimeSpan.FromMinutes(50));
        using TelemetryLog again = LogBench.Unpumped(disk, options, time);
        Assert.False(again.Truncate(again.DurableEnd));
        time.Advance(TimeSpan.FromMinutes(10));
        again.Pump();

        // The last segment of the first run ended with its restart, not with its last record: it is kept longer, never shorter.
        Assert.Equal(2, LogBench.Segments(disk).Length);
    }

    [Fact]
    public void RetainBytes_KeepsAtLeastSoMuch()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk, With(o => o.RetainBytes = 2 * Segment));
        Fill(log, 6 * Segment);

        Assert.True(log.Truncate(log.DurableEnd));

        long kept = log.DurableEnd - log.Start;
        Assert.InRange(kept, 2 * Segment, 4 * Segment);
    }

    [Fact]
    public void NeededSegments_AreNeverDeleted_WhateverTheirAgeAndTheBound()
    {
        var time = new ManualTimeProvider();
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk(), With(o => o.MaxDiskBytes = 5 * Segment), time);
        long first = LogBench.Append(log, "first");
        FillUntilRefused(log);
        time.Advance(TimeSpan.FromDays(400));
        log.Pump();

        Assert.Equal(first, LogBench.ReadAll(log)[0].Position);
    }

    [Fact]
    public void RetainedSegments_GoFirst_BeforeAnybodyIsSlowed()
    {
        var time = new ManualTimeProvider();
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk, With(o =>
        {
            o.MaxDiskBytes = 6 * Segment;
            o.RetainFor = TimeSpan.FromDays(30);
        }), time);
        for (int i = 0; i < 40; i++)
        {
            Fill(log, Segment / 2);
            log.Release(log.DurableEnd);
            time.Advance(TimeSpan.FromSeconds(2));
            log.Pump();
            Assert.True(log.Health is { IsHealthy: true, IsSlowed: false });
            Assert.True(log.DiskBytes <= 6 * Segment);
        }

        Assert.True(LogBench.Segments(disk).Length >= 4, "What fits is kept.");
    }

    [Fact]
    public void NearTheBound_CommitsTakeLess_AndAtTheBoundAppendsAreRefused_UntilThereIsRoom()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk, With(o =>
        {
            o.MaxDiskBytes = 5 * Segment;
            o.MaxPendingBytes = 8 << 10;
            o.MaxRecordBytes = 4 << 10;
        }));
        var taken = new List<long>();
        var perCommit = new List<int>();
        LogUnavailableException? refusal = null;
        bool slowed = false;
        while (refusal is null)
        {
            int count = 0;
            try
            {
                while (log.TryAppend(LogRecordKind.Samples, new byte[500], out long position))
                {
                    taken.Add(position);
                    count++;
                }
            }
            catch (LogUnavailableException full)
            {
                refusal = full;
            }

            Task durable = count > 0 ? log.WaitDurableAsync(taken[^1]).AsTask() : Task.CompletedTask;
            log.Pump();
            slowed |= log.Health is { IsHealthy: true, IsSlowed: true };

            // What was taken before the refusal is committed: nothing is dropped.
            Assert.True(durable.IsCompletedSuccessfully);
            perCommit.Add(count);
            Assert.True(log.DiskBytes <= 5 * Segment);
        }

        Assert.Equal(LogUnavailableException.Full, refusal.Code);
        Assert.True(refusal.RetryAfter > TimeSpan.Zero);
        Assert.True(slowed);
        Assert.Contains(perCommit, count => count > 0 && count < perCommit[0] / 4);
        Assert.Equal((false, LogUnavailableException.Full), (log.Health.IsHealthy, log.Health.Code));
        Assert.False(log.Pump());

        log.Truncate(taken[taken.Count / 2]);
        Assert.True(log.Pump());
        Assert.True(log.Health.IsHealthy);
        long after = LogBench.Append(log, "after");
        log.Pump();

        List<long> kept = [.. LogBench.ReadAll(log).Select(record => record.Position)];
        Assert.Equal(after, kept[^1]);
        Assert.Empty(taken.Skip(taken.Count / 2).Except(kept));
    }

    [Fact]
    public async Task WaitForRoom_EndsWithTheRefusal_WhenTheLogFills()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk(), With(o => o.MaxDiskBytes = 4 * Segment));
        await Assert.ThrowsAsync<LogUnavailableException>(async () =>
        {
            while (true)
            {
                Task<long> append = log.AppendAsync(LogRecordKind.Samples, new byte[8_000], CancellationToken.None).AsTask();
                for (int i = 0; i < 10 && !append.IsCompleted; i++)
                {
                    log.Pump();
                }

                await append.WaitAsync(TimeSpan.FromSeconds(30));
            }
        });
    }

    [Fact]
    public void LogBeyondItsBound_StartsRed_AndRecoversByTruncation()
    {
        var disk = new MemoryLogDisk();
        using (TelemetryLog log = LogBench.Unpumped(disk))
        {
            Fill(log, 8 * Segment);
        }

        using TelemetryLog again = LogBench.Unpumped(disk, With(o => o.MaxDiskBytes = 4 * Segment));

        Assert.Equal((false, LogUnavailableException.Full), (again.Health.IsHealthy, again.Health.Code));
        Assert.False(again.Pump());
        Assert.NotEmpty(LogBench.ReadAll(again));
        again.Truncate(again.DurableEnd);
        Assert.True(again.Pump());
        LogBench.Append(again, "after");
        Assert.True(again.Pump());
        Assert.Equal("after", LogBench.ReadAll(again)[^1].Text);
    }

    [Fact]
    public void SegmentThatCannotBeDeleted_IsTriedAgain_AndLeavesNoHole()
    {
        var time = new ManualTimeProvider();
        var disk = new FaultDisk { Fault = DiskFault.ReadOnly };
        using (TelemetryLog log = LogBench.Unpumped(disk, time: time))
        {
            Fill(log, 4 * Segment);
            disk.CallsLeft = 0;
            Assert.Throws<UnauthorizedAccessException>(() => log.Truncate(log.DurableEnd));
            Assert.True(disk.Failures > 0);
            Assert.True(LogBench.Segments(disk).Length > 4);
            disk.Mend();
            time.Advance(TimeSpan.FromSeconds(2));
            log.Pump();
            Assert.Single(LogBench.Segments(disk));
            LogBench.Append(log, "after");
            log.Pump();
        }

        using TelemetryLog again = LogBench.Unpumped(disk, time: time);
        Assert.Equal("after", LogBench.ReadAll(again)[^1].Text);
    }

    [Fact]
    public void LastCommit_IsProvenDurably_OnceTheLogIsAtRest()
    {
        var time = new ManualTimeProvider();
        var disk = new FaultDisk();
        TelemetryLog log = LogBench.Unpumped(disk, time: time);
        LogBench.Append(log, "last");
        log.Pump();
        time.Advance(TimeSpan.FromSeconds(1));
        log.Pump();
        time.Advance(TimeSpan.FromSeconds(1));
        log.Pump();
        FaultDisk cut = disk.Copy(afterPowerCut: true);
        string name = LogBench.Segments(cut).Single();
        using (ILogFile file = cut.Open(name))
        {
            file.Write([0xFF], 128 + 18 + 17);
        }

        LogCorruptException error = Assert.Throws<LogCorruptException>(() => LogBench.Unpumped(cut));

        Assert.Equal((name, 128 + 18), (error.Segment, error.Offset));
    }

    [Fact]
    public void Options_AreValidatedTogether_WithTheirKeys()
    {
        ValidateOptionsResult result = new LogOptionsValidator().Validate(null, new LogOptions
        {
            MaxDiskBytes = 3 * (64L << 20),
            SlowFrom = 0.2,
            RetainFor = TimeSpan.FromSeconds(-1),
            RetainBytes = -1,
            CommitInterval = TimeSpan.FromSeconds(2),
        });

        Assert.Equal(5, result.Failures!.Count());
        Assert.All(result.Failures!, fault => Assert.StartsWith("Ingest:Log:", fault, StringComparison.Ordinal));
        Assert.True(new LogOptionsValidator().Validate(null, new LogOptions()).Succeeded);
    }

    private static LogOptions With(Action<LogOptions> change)
    {
        LogOptions options = LogBench.Options();
        change(options);
        return options;
    }

    private static void Fill(TelemetryLog log, int bytes)
    {
        for (int filled = 0; filled < bytes; filled += 4_000)
        {
            LogBench.Append(log, new string('x', 4_000));
            log.Pump();
        }
    }

    private static void FillUntilRefused(TelemetryLog log)
    {
        byte[] payload = Encoding.UTF8.GetBytes(new string('x', 4_000));
        while (log.Health.IsHealthy)
        {
            log.TryAppend(LogRecordKind.Samples, payload, out _);
            log.Pump();
        }
    }
}
