using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

/// <summary>A segment without records may be the only one that holds the log's id and position.</summary>
public sealed class EmptySegmentTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void OnlySegment_IsNotLost_WhenTheDiskFailsAtTheStart(bool atReserve, bool dies)
    {
        (MemoryLogDisk disk, string id, long end) = WithOneEmptySegment();
        disk.FailCreate = atReserve;
        disk.FailWrite = !atReserve;
        TelemetryLog log = LogBench.Unpumped(disk);
        for (int i = 0; i < 4; i++)
        {
            Assert.False(log.Pump());
        }

        // Whoever is killed now leaves the disk as it is.
        disk = dies ? disk.Copy() : disk;
        disk.FailCreate = disk.FailWrite = false;
        log = dies ? LogBench.Unpumped(disk) : log;
        log.Pump();
        long position = LogBench.Append(log, "after");
        log.Pump();

        Assert.Equal(id, log.LogId);
        Assert.True(position >= end, $"position {position} was used before {end}");
        Assert.Equal(["after"], LogBench.Texts(log, end));
        using TelemetryLog again = LogBench.Unpumped(disk.Copy());
        Assert.Equal(["after"], LogBench.Texts(again));
        log.Dispose();
    }

    [Fact]
    public void VanishedDirectory_DoesNotBeginThePositionsAnew()
    {
        (MemoryLogDisk disk, string id, long end) = WithOneEmptySegment();
        disk.FailWrite = true;
        using TelemetryLog log = LogBench.Unpumped(disk);
        foreach (string name in disk.List())
        {
            disk.Delete(name);
        }

        disk.FailWrite = false;

        Assert.False(log.Pump());
        Assert.False(log.Health.IsHealthy);
        Assert.Equal((id, end), (log.LogId, log.DurableEnd));
    }

    /// <summary>A restart made a segment, and those before it were truncated.</summary>
    private static (MemoryLogDisk Disk, string LogId, long End) WithOneEmptySegment()
    {
        var disk = new MemoryLogDisk();
        TelemetryLog first = LogBench.Unpumped(disk);
        LogBench.Append(first, "before");
        first.Pump();
        disk = disk.Copy();
        TelemetryLog second = LogBench.Unpumped(disk);
        second.Truncate(second.DurableEnd);
        Assert.Single(LogBench.Segments(disk));
        return (disk.Copy(), second.LogId, second.DurableEnd);
    }
}
