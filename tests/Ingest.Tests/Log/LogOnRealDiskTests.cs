using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>A real file system of four MiB that is really full and really read-only.</summary>
public sealed class LogOnRealDiskTests
{
    private const int Segment = 512 << 10;

    private static readonly LogOptions Options =
        new() { SegmentBytes = Segment, MaxPendingBytes = 64 << 10, MaxRecordBytes = 16 << 10, MaxDiskBytes = 1L << 30 };

    [TmpfsFact]
    public void FullDisk_RefusesAndRecovers_WhenTruncationMakesRoom()
    {
        using var disk = new Tmpfs();
        var acknowledged = new List<(long, string)>();
        using (TelemetryLog log = Open(disk))
        {
            FillUntilRed(log, acknowledged);
            Assert.Equal(LogUnavailableException.Full, log.Health.Code);
            Assert.Contains("ENOSPC", log.Health.Reason, StringComparison.Ordinal);
            Assert.Throws<LogUnavailableException>(() => LogBench.Append(log, "refused"));
            Assert.False(log.Pump());
            Assert.Equal(acknowledged, LogBench.ReadAll(log));

            // The feeder's round on a full disk: truncation before the cursor.
            log.Truncate(acknowledged[acknowledged.Count / 2].Item1);
            log.WriteNote("feed.cursor", new byte[40]);
            Assert.True(log.Pump());
            Assert.True(log.Health.IsHealthy);
            Acknowledge(log, acknowledged, "after");
        }

        using TelemetryLog again = Open(disk);
        Assert.Empty(acknowledged.Skip(acknowledged.Count / 2).Except(LogBench.ReadAll(again)));
    }

    [TmpfsFact]
    public void DiskFilledByOthers_AtTheStart_IsRedAndRecovers()
    {
        using var disk = new Tmpfs();
        var acknowledged = new List<(long, string)>();
        using (TelemetryLog log = Open(disk))
        {
            Acknowledge(log, acknowledged, "before");
        }

        string ballast = disk.Fill();
        using TelemetryLog again = Open(disk);

        Assert.Equal((false, LogUnavailableException.Full), (again.Health.IsHealthy, again.Health.Code));
        Assert.Equal(acknowledged, LogBench.ReadAll(again));
        Assert.Throws<LogUnavailableException>(() => LogBench.Append(again, "refused"));
        Assert.ThrowsAny<IOException>(() => again.WriteNote("feed.cursor", new byte[4_000]));
        Assert.DoesNotContain(new FileLogDisk(disk.Log).List(), name => name.EndsWith(".new", StringComparison.Ordinal));
        Assert.False(again.Pump());
        File.Delete(ballast);
        Assert.True(again.Pump());
        Acknowledge(again, acknowledged, "after");
        Assert.Equal(acknowledged, LogBench.ReadAll(again));
    }

    [TmpfsFact]
    public void ReadOnlyDisk_AtTheStart_ServesWhatIsProven_RefusesAndRecovers()
    {
        using var disk = new Tmpfs();
        var acknowledged = new List<(long, string)>();
        using (TelemetryLog log = Open(disk))
        {
            Acknowledge(log, acknowledged, "before");
        }

        disk.Remount("ro");
        using TelemetryLog again = Open(disk);

        Assert.Equal((false, LogUnavailableException.Disk), (again.Health.IsHealthy, again.Health.Code));
        Assert.Equal(acknowledged, LogBench.ReadAll(again));
        Assert.Throws<LogUnavailableException>(() => LogBench.Append(again, "refused"));
        Assert.False(again.Pump());
        disk.Remount("rw");
        Assert.True(again.Pump());
        Acknowledge(again, acknowledged, "after");
        Assert.Equal(acknowledged, LogBench.ReadAll(again));
    }

    [TmpfsFact]
    public void DiskThatTurnsReadOnly_WhileTheLogIsRed_StaysRefused_UntilItIsBack()
    {
        using var disk = new Tmpfs();
        var acknowledged = new List<(long, string)>();
        var time = new ManualTimeProvider();
        using TelemetryLog log = Open(disk, time);
        FillUntilRed(log, acknowledged);

        // Possible only because a red log holds no file open for writing.
        disk.Remount("ro");
        Assert.False(log.Pump());
        Assert.Contains("ead-only", log.Health.Reason, StringComparison.Ordinal);
        Assert.Throws<LogUnavailableException>(() => LogBench.Append(log, "refused"));
        Assert.ThrowsAny<Exception>(() => log.Truncate(acknowledged[^1].Item1));
        disk.Remount("rw");

        // No truncation call any more: what was released goes at the next round of the writer.
        time.Advance(TimeSpan.FromSeconds(2));
        log.Pump();
        Assert.True(log.Health.IsHealthy || log.Pump());
        Acknowledge(log, acknowledged, "after");
        Assert.Equal("after", LogBench.ReadAll(log)[^1].Text);
    }

    [TmpfsFact]
    public void NewLog_OnAReadOnlyDisk_StartsRed_AndBeginsWhenItCan()
    {
        using var disk = new Tmpfs();
        disk.Remount("ro");
        using TelemetryLog log = Open(disk);

        Assert.False(log.Health.IsHealthy);
        Assert.Empty(LogBench.ReadAll(log));
        Assert.Equal(0, log.Start);
        disk.Remount("rw");
        Assert.True(log.Pump());
        var acknowledged = new List<(long, string)>();
        Acknowledge(log, acknowledged, "first");
        Assert.Equal(acknowledged, LogBench.ReadAll(log));
    }

    private static TelemetryLog Open(Tmpfs disk, ManualTimeProvider? time = null) =>
        LogBench.Unpumped(new FileLogDisk(disk.Log), Options, time);

    private static void Acknowledge(TelemetryLog log, List<(long, string)> acknowledged, string text)
    {
        long position = LogBench.Append(log, text);
        Task durable = log.WaitDurableAsync(position).AsTask();
        log.Pump();
        Assert.True(durable.IsCompleted);
        if (durable.IsCompletedSuccessfully)
        {
            acknowledged.Add((position, text));
        }
    }

    private static void FillUntilRed(TelemetryLog log, List<(long, string)> acknowledged)
    {
        for (int i = 0; log.Health.IsHealthy; i++)
        {
            Assert.True(i < 10_000, "Four MiB are never full.");
            Acknowledge(log, acknowledged, new string('x', 8_000));
        }

        Assert.True(acknowledged.Count > 300);
    }
}
