using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

/// <summary>A disk in memory that fails on command.</summary>
internal sealed class MemoryLogDisk : ILogDisk
{
    private readonly Dictionary<string, MemoryStream> files = [];
    private readonly Dictionary<string, byte[]> synced = [];

    public bool FailSync { get; set; }

    public bool FailWrite { get; set; }

    public bool FailCreate { get; set; }

    public bool FailReplace { get; set; }

    public bool FailTrim { get; set; }

    public int Syncs { get; private set; }

    public IReadOnlyList<string> List()
    {
        lock (files)
        {
            return [.. files.Keys];
        }
    }

    public byte[] Content(string name)
    {
        lock (files)
        {
            return files[name].ToArray();
        }
    }

    public void Put(string name, byte[] content)
    {
        lock (files)
        {
            files[name] = new MemoryStream();
            files[name].Write(content);
        }
    }

    public MemoryLogDisk Copy()
    {
        var copy = new MemoryLogDisk();
        foreach (string name in List())
        {
            copy.Put(name, Content(name));
        }

        return copy;
    }

    /// <summary>What a power cut leaves: all that was synced, and of the rest a random part, some of it garbled.</summary>
    public MemoryLogDisk AfterPowerCut(Random random)
    {
        var left = new MemoryLogDisk();
        foreach (string name in List())
        {
            byte[] content = Content(name);
            byte[] safe = synced.GetValueOrDefault(name, []);
            int length = safe.Length < content.Length ? random.Next(safe.Length, content.Length + 1) : content.Length;
            Array.Resize(ref content, length);
            if (length > safe.Length && random.Next(2) == 0)
            {
                content[random.Next(safe.Length, length)] ^= 0x55;
            }

            left.Put(name, content);
            left.synced[name] = content;
        }

        return left;
    }

    public ILogFile Create(string name, long reserve)
    {
        if (FailCreate)
        {
            throw new IOException("No space left on device");
        }

        Put(name, []);
        return new MemoryFile(this, name);
    }

    public ILogFile Open(string name) => new MemoryFile(this, name);

    public void Delete(string name)
    {
        lock (files)
        {
            files.Remove(name);
        }
    }

    public void SyncDirectory()
    {
    }

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        if (FailReplace)
        {
            throw new IOException("No space left on device");
        }

        Put(name, content.ToArray());
        synced[name] = content.ToArray();
    }

    private sealed class MemoryFile(MemoryLogDisk disk, string name) : ILogFile
    {
        private readonly MemoryStream stream = disk.files[name];

        public long Length => stream.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            lock (disk.files)
            {
                stream.Position = Math.Min(offset, stream.Length);
                return stream.Read(buffer);
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (disk.files)
            {
                // Half of it arrives: a failed write is rarely all or nothing.
                stream.Position = offset;
                stream.Write(disk.FailWrite ? bytes[..(bytes.Length / 2)] : bytes);
            }

            if (disk.FailWrite)
            {
                throw new IOException($"Input/output error on {name}");
            }
        }

        public void SetLength(long length)
        {
            if (disk.FailTrim)
            {
                throw new IOException("Input/output error");
            }

            lock (disk.files)
            {
                stream.SetLength(length);
            }
        }

        public void Reserve(long length)
        {
            if (disk.FailCreate)
            {
                throw new IOException("No space left on device");
            }
        }

        public void Sync()
        {
            disk.Syncs++;
            if (disk.FailSync)
            {
                throw new LogDiskException("fdatasync failed: EIO (5).", 5);
            }

            disk.synced[name] = disk.Content(name);
        }

        public void Dispose()
        {
        }
    }
}
