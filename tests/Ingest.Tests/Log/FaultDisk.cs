using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

public enum DiskFault
{
    WriteEio = 0,
    WriteEnospc = 1,
    SyncEio = 2,
    SyncEnospc = 3,

    /// <summary>Whatever would need another block fails.</summary>
    Full = 4,

    /// <summary>Whatever changes anything fails; reading and syncing work.</summary>
    ReadOnly = 5,
}

/// <summary>
/// A disk that begins to fail at its n-th call. It keeps apart what is in the page cache and what is on the platter; as in Linux, a
/// failed sync
/// leaves pages in the cache that are called clean, so that a later sync does not write them.
/// </summary>
internal sealed class FaultDisk : ILogDisk
{
    private const int Block = 4_096;
    private readonly Dictionary<string, FileImage> files = [];
    private long blocksAtFault;

    public DiskFault Fault { get; set; }

    /// <summary>Calls until the fault begins.</summary>
    public int CallsLeft { get; set; } = int.MaxValue;

    public bool IsFaulty { get; private set; }

    /// <summary>Calls that failed since the fault began.</summary>
    public int Failures { get; private set; }

    public void Mend() => (IsFaulty, CallsLeft, Failures) = (false, int.MaxValue, 0);

    /// <summary>A disk with the files as the page cache has them, or as they are on the platter.</summary>
    public FaultDisk Copy(bool afterPowerCut)
    {
        var copy = new FaultDisk();
        foreach ((string name, FileImage file) in files)
        {
            byte[] bytes = (afterPowerCut ? file.Platter : file.Cache)[..];
            copy.files[name] = new FileImage { Cache = bytes, Platter = bytes[..] };
        }

        return copy;
    }

    public IReadOnlyList<string> List() => [.. files.Keys];

    public ILogFile Create(string name, long reserve)
    {
        Changing(name, reserve);
        files[name] = new FileImage { Cache = new byte[reserve], Platter = new byte[reserve] };
        return new FaultFile(this, name);
    }

    public ILogFile Open(string name) => files.ContainsKey(name) ? new FaultFile(this, name) : throw new FileNotFoundException(name);

    public void Delete(string name)
    {
        // Deleting works on a full disk.
        Call(name, DiskFault.ReadOnly);
        files.Remove(name);
    }

    public void SyncDirectory() => Call("directory", DiskFault.SyncEio, DiskFault.SyncEnospc);

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        Changing(name, content.Length);
        files[name] = new FileImage { Cache = content.ToArray(), Platter = content.ToArray() };
    }

    private void Changing(string name, long growth)
    {
        Call(name, DiskFault.WriteEio, DiskFault.WriteEnospc, DiskFault.ReadOnly);
        if (IsFaulty && Fault == DiskFault.Full && growth > 0 && Blocks() + ((growth + Block - 1) / Block) > blocksAtFault)
        {
            Throw(name);
        }
    }

    private long Blocks() => files.Values.Sum(file => ((long)file.Cache.Length + Block - 1) / Block);

    private void Call(string name, params ReadOnlySpan<DiskFault> hits)
    {
        if (!IsFaulty && --CallsLeft < 0)
        {
            IsFaulty = true;
            blocksAtFault = Blocks();
        }

        if (IsFaulty && hits.Contains(Fault))
        {
            Throw(name);
        }
    }

    private void Throw(string name)
    {
        Failures++;
        throw Fault switch
        {
            DiskFault.WriteEio => new IOException($"Input/output error : '{name}'", 5),
            DiskFault.WriteEnospc or DiskFault.Full => new IOException($"No space left on device : '{name}'", 28),
            DiskFault.SyncEio => new LogDiskException("fdatasync failed: EIO (5).", 5),
            DiskFault.SyncEnospc => new LogDiskException("fdatasync failed: ENOSPC (28).", 28),
            _ => new UnauthorizedAccessException($"Read-only file system : '{name}'"),
        };
    }

    private sealed class FileImage
    {
        public byte[] Cache { get; set; } = [];

        public byte[] Platter { get; set; } = [];

        public List<(int From, int To)> Dirty { get; } = [];

        public void Flush()
        {
            if (Platter.Length != Cache.Length)
            {
                byte[] resized = Platter;
                Array.Resize(ref resized, Cache.Length);
                Platter = resized;
            }

            foreach ((int from, int to) in Dirty)
            {
                int end = Math.Min(to, Cache.Length);
                if (from < end)
                {
                    Cache.AsSpan(from..end).CopyTo(Platter.AsSpan(from));
                }
            }

            Dirty.Clear();
        }
    }

    private sealed class FaultFile(FaultDisk disk, string name) : ILogFile
    {
        private readonly FileImage file = disk.files[name];

        public long Length => file.Cache.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            int count = (int)Math.Clamp(file.Cache.Length - offset, 0, buffer.Length);
            file.Cache.AsSpan((int)Math.Min(offset, file.Cache.Length), count).CopyTo(buffer);
            return count;
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            try
            {
                disk.Changing(name, offset + bytes.Length - file.Cache.Length);
            }
            catch (IOException)
            {
                // Half of it arrives: a failed write is rarely all or nothing.
                Put(bytes[..(bytes.Length / 2)], offset);
                throw;
            }

            Put(bytes, offset);
        }

        public void SetLength(long length)
        {
            disk.Changing(name, length - file.Cache.Length);
            byte[] resized = file.Cache;
            Array.Resize(ref resized, (int)length);
            file.Cache = resized;
        }

        public void Reserve(long length) => SetLength(length);

        public void Sync()
        {
            try
            {
                disk.Call(name, DiskFault.SyncEio, DiskFault.SyncEnospc);
            }
            catch (LogDiskException)
            {
                file.Dirty.Clear();
                throw;
            }

            file.Flush();
        }

        public void Dispose()
        {
        }

        private void Put(ReadOnlySpan<byte> bytes, long offset)
        {
            if (offset + bytes.Length > file.Cache.Length)
            {
                byte[] grown = file.Cache;
                Array.Resize(ref grown, (int)offset + bytes.Length);
                file.Cache = grown;
            }

            bytes.CopyTo(file.Cache.AsSpan((int)offset));
            file.Dirty.Add(((int)offset, (int)offset + bytes.Length));
        }
    }
}
