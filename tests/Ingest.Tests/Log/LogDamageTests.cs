using System.Text;
using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>
/// Random flips and truncations of the files that a killed silo left: what comes back is every acknowledged record as it was, or an error
/// that
/// names the place, never something else.
/// </summary>
public sealed class LogDamageTests
{
    private const int Runs = 5_000;
    private static readonly LogOptions Options =
        new() { SegmentBytes = 4 << 10, MaxPendingBytes = 2 << 10, MaxRecordBytes = 1 << 10 };

    [Fact]
    public void FlippedByte_IsFoundOrWithoutEffect() => Damage(withNote: true, (random, content) =>
    {
        content[random.Next(content.Length)] ^= (byte)random.Next(1, 256);
        return content;
    });

    [Fact]
    public void Truncation_IsFoundOrWithoutEffect() => Damage(withNote: true, (random, content) => content[..random.Next(content.Length)]);

    /// <summary>After a power cut the note may be missing; then the last commit, and only it, may look like a torn tail.</summary>
    [Fact]
    public void FlippedByteWithoutTheNote_MayCutTheLastCommitOnly() => Damage(withNote: false, (random, content) =>
    {
        content[random.Next(content.Length)] ^= (byte)random.Next(1, 256);
        return content;
    });

    private static void Damage(bool withNote, Func<Random, byte[], byte[]> harm)
    {
        using var directory = new TemporaryDirectory();
        (MemoryLogDisk whole, int lastCommit) = KilledLog(directory.Path);
        if (!withNote)
        {
            whole.Delete("durable.end");
        }

        var time = new ManualTimeProvider();
        string[] expected = Read(whole.Copy(), time, out _)!;
        string[] names = [.. whole.List().Order(StringComparer.Ordinal)];
        Assert.True(LogBench.Segments(whole).Length >= 4);
        (int identical, int found, int cut) = (0, 0, 0);
        for (int seed = 1; seed <= Runs; seed++)
        {
            var random = new Random(seed);
            string name = names[random.Next(names.Length)];
            MemoryLogDisk damaged = whole.Copy();
            damaged.Put(name, harm(random, whole.Content(name)));
            string[]? records = Read(damaged, time, out LogCorruptException? error);
            if (records is null)
            {
                found++;
                Assert.True(error!.Segment.EndsWith(".log", StringComparison.Ordinal) && error.Offset >= 0, $"Seed {seed}.");
            }
            else if (records.AsSpan().SequenceEqual(expected))
            {
                identical++;
            }
            else
            {
                cut++;
                Assert.False(withNote, $"Seed {seed}: an acknowledged record is gone or differs ({name}).");
                Assert.True(records.Length >= expected.Length - lastCommit, $"Seed {seed}: more than the last commit is gone ({name}).");
                Assert.Equal(expected[..records.Length], records);
                Assert.Equal(LogBench.Segments(whole)[^1], name);
            }
        }

        Assert.True(found > Runs / 10 && identical > 0, $"{found} found, {identical} without effect: the damage does not hit.");
        Assert.Equal(!withNote, cut > 0);
    }

    /// <summary>Null when damage was found, at the start or while reading.</summary>
    private static string[]? Read(MemoryLogDisk disk, ManualTimeProvider time, out LogCorruptException? error)
    {
        error = null;
        try
        {
            using TelemetryLog log = LogBench.Unpumped(disk, Options, time);
            return [.. LogBench.ReadAll(log).Select(record => $"{record.Position}:{record.Text}")];
        }
        catch (LogCorruptException damage)
        {
            error = damage;
            return null;
        }
    }

    /// <summary>A real log's files as a SIGKILL leaves them, all of it acknowledged; with a void commit in the middle.</summary>
    private static (MemoryLogDisk Disk, int LastCommit) KilledLog(string path)
    {
        var random = new Random(7);
        var disk = new FailableDisk(new FileLogDisk(path));
        TelemetryLog log = LogBench.Unpumped(disk, Options, new ManualTimeProvider());
        int last = 0;
        for (int commit = 0; commit < 60; commit++)
        {
            last = random.Next(1, 5);
            for (int i = 0; i < last; i++)
            {
                LogBench.Append(log, new string((char)('a' + random.Next(26)), random.Next(1, 300)));
            }

            disk.FailSync = commit == 30;
            log.Pump();
            if (commit == 30)
            {
                disk.FailSync = false;
                Assert.True(log.Pump());
            }
        }

        log.WriteNote("feed.cursor", Encoding.UTF8.GetBytes("not looked at here"));
        var copy = new MemoryLogDisk();
        foreach (string file in Directory.EnumerateFiles(path))
        {
            copy.Put(Path.GetFileName(file), File.ReadAllBytes(file));
        }

        // The killed process would have closed its files too.
        log.Dispose();
        return (copy, last);
    }

    private sealed class FailableDisk(FileLogDisk disk) : ILogDisk
    {
        public bool FailSync { get; set; }

        public IReadOnlyList<string> List() => disk.List();

        public ILogFile Create(string name, long reserve) => new FailableFile(this, disk.Create(name, reserve));

        public ILogFile Open(string name) => disk.Open(name);

        public void Delete(string name) => disk.Delete(name);

        public void SyncDirectory() => disk.SyncDirectory();

        public void Replace(string name, ReadOnlySpan<byte> content) => disk.Replace(name, content);

        private sealed class FailableFile(FailableDisk owner, ILogFile file) : ILogFile
        {
            public long Length => file.Length;

            public int Read(Span<byte> buffer, long offset) => file.Read(buffer, offset);

            public void Write(ReadOnlySpan<byte> bytes, long offset) => file.Write(bytes, offset);

            public void SetLength(long length) => file.SetLength(length);

            public void Reserve(long length) => file.Reserve(length);

            public void Sync()
            {
                if (owner.FailSync)
                {
                    throw new LogDiskException("fdatasync failed: EIO (5).", 5);
                }

                file.Sync();
            }

            public void Dispose() => file.Dispose();
        }
    }
}
