using Millwright.Ingest.Log;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.World;

namespace Millwright.Simulation.Tests.Disk;

/// <summary>A disk as one process sees it: it fails, and the process may die in the middle of any write.</summary>
internal sealed class ProcessDisk(SimulatedDisk disk, Mortality life, Random random, Trace trace) : ILogDisk
{
    private readonly SimulatedDisk disk = disk;
    private readonly Mortality life = life;
    private readonly Random random = random;
    private readonly Trace trace = trace;

    public IReadOnlyList<string> List()
    {
        life.Check();
        return disk.Names;
    }

    public ILogFile Create(string name, long reserve)
    {
        FailWrite("create");
        bool isLast = life.Strikes();
        if (isLast && random.Next(2) == 0)
        {
            throw life.Fall();
        }

        SimulatedFile file = disk.Make(name);
        file.SetLength((int)reserve);
        trace.Note($"disk create {name}");
        return isLast ? throw life.Fall() : new ProcessFile(this, name, file);
    }

    public ILogFile Open(string name)
    {
        life.Check();
        return new ProcessFile(this, name, disk.Find(name));
    }

    public void Delete(string name)
    {
        bool isLast = life.Strikes();
        if (isLast && random.Next(2) == 0)
        {
            throw life.Fall();
        }

        disk.Remove(name);
        trace.Note($"disk delete {name}");
        if (isLast)
        {
            throw life.Fall();
        }
    }

    public void SyncDirectory()
    {
        FailSync("directory", null);
        bool isLast = life.Strikes();
        if (!isLast || random.Next(2) == 0)
        {
            disk.SyncDirectory();
        }

        if (isLast)
        {
            throw life.Fall();
        }
    }

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        FailWrite(name);
        FailSync(name, null);
        bool isLast = life.Strikes();
        if (!isLast || random.Next(2) == 0)
        {
            disk.Put(name, content);
        }

        trace.Note($"disk replace {name} {Crc32C.Of(content):x8}");
        if (isLast)
        {
            throw life.Fall();
        }
    }

    private void FailWrite(string what)
    {
        life.Check();
        if (disk.Trouble.Write is not 0 and int error)
        {
            disk.Trouble.Wear();
            trace.Note($"disk write of {what} fails {error}");
            throw new LogDiskException($"write failed: {error}.", error);
        }
    }

    private void FailSync(string what, SimulatedFile? file)
    {
        life.Check();
        if (disk.Trouble.Sync is not 0 and int error)
        {
            disk.Trouble.Wear();
            file?.FailSync(random);
            trace.Note($"disk sync of {what} fails {error}");
            throw new LogDiskException($"fdatasync failed: {error}.", error);
        }
    }

    private sealed class ProcessFile(ProcessDisk owner, string name, SimulatedFile file) : ILogFile
    {
        public long Length => file.Length;

        public int Read(Span<byte> buffer, long offset)
        {
            owner.life.Check();
            return file.Read(buffer, offset);
        }

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            owner.life.Check();
            bool fails = owner.disk.Trouble.Write != 0;
            bool isLast = owner.life.Strikes();

            // A failed or last write is rarely all or nothing.
            int count = fails || isLast ? owner.random.Next(bytes.Length + 1) : bytes.Length;
            file.Write(bytes[..count], (int)offset);
            owner.trace.Note($"disk write {name} {offset}+{count}");
            if (isLast)
            {
                throw owner.life.Fall();
            }

            owner.FailWrite(name);
        }

        public void SetLength(long length)
        {
            bool isLast = owner.life.Strikes();
            if (!isLast || owner.random.Next(2) == 0)
            {
                file.SetLength((int)length);
            }

            if (isLast)
            {
                throw owner.life.Fall();
            }
        }

        public void Reserve(long length)
        {
            owner.FailWrite(name);
            SetLength(length);
        }

        public void Sync()
        {
            owner.FailSync(name, file);
            bool isLast = owner.life.Strikes();
            if (!isLast || owner.random.Next(2) == 0)
            {
                file.Sync();
            }

            owner.trace.Note($"disk sync {name}{(isLast ? " dies" : "")}");
            if (isLast)
            {
                throw owner.life.Fall();
            }
        }

        public void Dispose()
        {
        }
    }
}
