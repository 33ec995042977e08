using System.Text;
using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

public sealed class LogFailureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FailedCommit_AcknowledgesNothing_AndANewSegmentTakesOver(bool atSync)
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        LogBench.Append(log, "kept");
        log.Pump();
        long lost = LogBench.Append(log, "lost");
        Task wait = log.WaitDurableAsync(lost).AsTask();
        disk.FailSync = atSync;
        disk.FailWrite = !atSync;

        log.Pump();

        await Assert.ThrowsAsync<LogUnavailableException>(() => wait);
        Assert.False(log.Health.IsHealthy);
        Assert.Throws<LogUnavailableException>(() => LogBench.Append(log, "refused"));
        Assert.False(log.Pump());
        disk.FailSync = disk.FailWrite = false;
        Assert.True(log.Pump());
        Assert.True(log.Health.IsHealthy);
        long after = LogBench.Append(log, "after");
        log.Pump();
        Assert.True(after > lost);
        Assert.Equal(["kept", "after"], LogBench.Texts(log));
        await Assert.ThrowsAsync<LogUnavailableException>(async () => await log.WaitDurableAsync(lost));
    }

    [Fact]
    public void VoidCommit_StaysVoidAfterARestart()
    {
        var disk = new MemoryLogDisk();
        using (TelemetryLog log = LogBench.Unpumped(disk))
        {
            LogBench.Append(log, "kept");
            log.Pump();
            LogBench.Append(log, "void");
            disk.FailSync = disk.FailTrim = true;
            log.Pump();
            disk.FailSync = false;
            log.Pump();
            disk.FailTrim = false;
            LogBench.Append(log, "after");
            log.Pump();
        }

        using TelemetryLog again = LogBench.Unpumped(disk);

        // The void bytes are whole on the disk: the write had worked, only the sync had not.
        Assert.Contains(disk.List(), name => Encoding.UTF8.GetString(disk.Content(name)).Contains("void", StringComparison.Ordinal));
        Assert.Equal(["kept", "after"], LogBench.Texts(again));
    }

    [Fact]
    public void FullDisk_AtRoll_RefusesUntilThereIsRoom()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        disk.FailCreate = true;
        while (log.Health.IsHealthy)
        {
            LogBench.Append(log, new string('x', 10_000));
            log.Pump();
        }

        Assert.False(log.Pump());
        disk.FailCreate = false;
        Assert.True(log.Pump());
        long position = LogBench.Append(log, "after");
        log.Pump();

        Assert.Equal(position, LogBench.ReadAll(log)[^1].Position);
    }

    [Fact]
    public async Task FailingWaitersOfTheNextBuffer_AreToldToo()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        LogBench.Append(log, "first");
        disk.FailSync = true;
        log.Pump();
        disk.FailSync = false;
        log.Pump();

        long position = LogBench.Append(log, "second");
        Task wait = log.WaitDurableAsync(position).AsTask();
        log.Pump();

        await wait;
    }

    [Fact]
    public void TornTail_IsCutAtEveryOffsetOfTheLastCommit()
    {
        var disk = new MemoryLogDisk();
        TelemetryLog log = LogBench.Unpumped(disk);
        LogBench.Append(log, "first");
        log.Pump();
        string name = LogBench.Segments(disk).Single();
        int whole = Used(disk.Content(name));
        LogBench.Append(log, "second record");
        log.Pump();
        byte[] content = disk.Content(name);

        for (int length = whole; length < content.Length; length++)
        {
            var torn = new MemoryLogDisk();
            torn.Put(name, content[..length]);
            using TelemetryLog again = LogBench.Unpumped(torn);

            // The commit's mark is a whole record of 18 bytes; behind it the record is torn. Zeros at the end cannot be told from reserved
            // blocks.
            int start = length - whole < 18 ? whole : whole + 18;
            Assert.Equal(Math.Max(0, Used(content[..length]) - start), again.CutBytes);
            Assert.Equal(["first"], LogBench.Texts(again));
            LogBench.Append(again, "next");
            again.Pump();
            Assert.Equal(["first", "next"], LogBench.Texts(again));
        }
    }

    [Fact]
    public void FlippedByte_NeverGivesAWrongRecord()
    {
        var disk = new MemoryLogDisk();
        TelemetryLog log = LogBench.Unpumped(disk);
        for (int i = 0; i < 4; i++)
        {
            LogBench.Append(log, $"record {i}");
            log.Pump();
        }

        string name = LogBench.Segments(disk).Single();
        byte[] content = disk.Content(name);
        int lastCommit = content.Length - 18 - 17 - "record 3".Length;
        for (int i = 0; i < content.Length; i++)
        {
            byte[] damaged = [.. content];
            damaged[i] ^= 0x10;
            MemoryLogDisk copy = disk.Copy();
            copy.Put(name, damaged);
            // Everything was acknowledged. The last commit has no later mark, but the note proves it.
            LogCorruptException error = Assert.Throws<LogCorruptException>(() => LogBench.Unpumped(copy));
            Assert.Equal(name, error.Segment);
            Assert.InRange(error.Offset, 0, i);

            copy.Delete("durable.end");
            if (i < lastCommit)
            {
                Assert.Throws<LogCorruptException>(() => LogBench.Unpumped(copy));
                continue;
            }

            using TelemetryLog again = LogBench.Unpumped(copy);
            Assert.Equal(["record 0", "record 1", "record 2"], LogBench.Texts(again));
            Assert.True(again.CutBytes > 0);
        }
    }

    [Fact]
    public void FlippedByte_InAClosedLog_IsAlwaysAnError()
    {
        var disk = new MemoryLogDisk();
        using (TelemetryLog log = LogBench.Unpumped(disk))
        {
            LogBench.Append(log, "record");
            log.Pump();
        }

        string name = LogBench.Segments(disk).Single();
        byte[] content = disk.Content(name);
        for (int i = 0; i < content.Length - 18; i++)
        {
            byte[] damaged = [.. content];
            damaged[i] ^= 1;
            var copy = new MemoryLogDisk();
            copy.Put(name, damaged);
            Assert.Throws<LogCorruptException>(() => LogBench.Unpumped(copy));
        }
    }

    [Fact]
    public void DamageInAnOldSegment_StopsTheReaderThere()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        for (int i = 0; i < 40; i++)
        {
            LogBench.Append(log, new string('x', 4_000));
            log.Pump();
        }

        string oldest = LogBench.Segments(disk)[0];
        byte[] content = disk.Content(oldest);
        content[10_000] ^= 1;
        disk.Put(oldest, content);

        LogCorruptException error = Assert.Throws<LogCorruptException>(() => LogBench.Texts(log));
        Assert.Equal(oldest, error.Segment);
    }

    [Fact]
    public void MissingSegment_IsAnError()
    {
        var disk = new MemoryLogDisk();
        using (TelemetryLog log = LogBench.Unpumped(disk))
        {
            for (int i = 0; i < 60; i++)
            {
                LogBench.Append(log, new string('x', 4_000));
                log.Pump();
            }
        }

        disk.Delete(LogBench.Segments(disk)[1]);

        Assert.Throws<LogCorruptException>(() => LogBench.Unpumped(disk));
    }

    [Fact]
    public void DiskSync_ReportsWhatLibcReports()
    {
        LogDiskException error = Assert.Throws<LogDiskException>(() => DiskSync.Data(-1));

        Assert.Equal(9, error.ErrorNumber);
    }

    [Fact]
    public void DiskSync_SucceedsOnARealFile()
    {
        using var directory = new TemporaryDirectory();
        using Microsoft.Win32.SafeHandles.SafeFileHandle file =
            File.OpenHandle(Path.Combine(directory.Path, "f"), FileMode.Create, FileAccess.ReadWrite);

        DiskSync.Reserve(file, 8_192);
        DiskSync.Data(file);
        DiskSync.All(file);
        DiskSync.Directory(directory.Path);

        Assert.Equal(8_192, RandomAccess.GetLength(file));
        Assert.Throws<LogDiskException>(() => DiskSync.Directory(Path.Combine(directory.Path, "none")));
    }

    /// <summary>Bytes up to the last one that is not zero.</summary>
    private static int Used(byte[] content) => content.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
}
